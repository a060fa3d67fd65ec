package check

// The codes of findings. They are part of the import contract: a code never changes its meaning.
const (
	// Errors about whose figure it is.
	MissingAgency    = "missing_agency"    // the agency cell is blank
	UnknownAgency    = "unknown_agency"    // no agency has this name or code on any day
	AmbiguousAgency  = "ambiguous_agency"  // the name means several agencies on the period's last day
	AgencyElsewhen   = "agency_elsewhen"   // the name meant an agency on other days only
	ForeignAgency    = "foreign_agency"    // the run is for another agency
	MissingIndicator = "missing_indicator" // the indicator cell is blank and none was given
	UnknownIndicator = "unknown_indicator" // no indicator has this code or name
	AmbiguousMeasure = "ambiguous_indicator"
	NotYetDefined    = "definition_elsewhen" // the indicator has no definition at the period's last day
	MissingPeriod    = "missing_period"
	BadPeriod        = "bad_period"
	AmbiguousPeriod  = "ambiguous_period" // 20263: a quarter or a month
	FuturePeriod     = "future_period"    // the period has not begun

	// Errors about the figure.
	MissingFigure      = "missing_figure"
	MissingNumerator   = "missing_numerator"
	MissingDenominator = "missing_denominator"
	BadNumber          = "bad_number"
	AmbiguousNumber    = "ambiguous_number" // 1.234 is 1234 or 1,234
	BrokenCell         = "broken_cell"      // #DIV/0!, or a formula without a stored result
	DateInNumber       = "date_in_number"   // Excel turned the number into a date
	PercentUnit        = "percent_unit"     // a percentage where the unit is not %
	CodeAndName        = "code_and_name"    // "15" beside "Yên Bái" in 2026
	AboveMaximum       = "above_maximum"
	UnitMismatch       = "unit_mismatch" // "5 tỷ USD" where the unit is tỷ đồng
	Negative           = "negative"
	NotWhole           = "not_whole"
	NotYesNo           = "not_yes_no"
	ZeroDenominator    = "zero_denominator"    // something over nothing
	NumeratorAbove     = "numerator_above"     // numerator > denominator of a subset
	PercentAbove       = "percent_above_100"   // a bare percentage of a subset over 100
	MixedState         = "mixed_state"         // "không phát sinh" beside a number
	BadRank            = "bad_rank"            // published_rank is no positive whole number
	ConflictingFigures = "conflicting_figures" // two different figures of one key
	TooManyUnknown     = "too_many_unknown"    // the name look-up was stopped
	FractionColumn     = "fraction_column"     // all numbers of a column lie between 0 and 1: of 1, or of 100?
	CellContradicts    = "cell_contradicts"    // 90% (800/1000)
	NothingRead        = "nothing_read"        // rows, and no figure in any of them

	// Warnings.
	RateMismatch     = "rate_mismatch"     // the typed rate is not numerator / denominator
	PossibleFraction = "possible_fraction" // 0,455 where 45,5 may be meant: an error in a sheet, a warning in a form
	PartsIgnored     = "parts_ignored"     // numerator or denominator of an indicator without them
	UnitDiffers      = "unit_differs"      // the file counts another thing in the same power of ten
	RoundsToNothing  = "rounds_to_nothing" // a converted number is printed as 0
	UnknownQualifier = "unknown_qualifier"
	DuplicateFigure  = "duplicate_figure" // the same figure twice
	TotalMismatch    = "total_mismatch"   // a total row is not the sum of its rows
	SumMismatch      = "sum_mismatch"     // a total is not the sum of its parts
	CumulativeFall   = "cumulative_fall"  // a number that only grows is smaller than before
	FactorJump       = "factor_jump"      // about 10, 100 or 1,000 times the figure before
	Outlier          = "outlier"          // far from the agency's own series, or from its block
	FarAboveTarget   = "far_above_target"
	MissingNow       = "missing_now" // reported last time

	// Infos.
	BareRatio     = "bare_ratio"     // a percentage without its parts: ranked, never pooled
	NotReported   = "not_reported"   // "chưa có số liệu": no figure
	ConvertedUnit = "converted_unit" // the file counts in another power of ten
	FootnoteMark  = "footnote_mark"  // 85¹ is 85 with a mark
	MoreOmitted   = "more_omitted"   // further findings are counted and not listed
)
