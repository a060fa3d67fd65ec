package intake

// The codes of findings about the layout of a file, beside those of package check. A code never
// changes its meaning.
const (
	// Errors.
	NoTable         = "no_table"         // no sheet has a header row
	DuplicateColumn = "duplicate_column" // two columns with one meaning
	AmbiguousColumn = "ambiguous_column" // the header is that of several indicators

	// Warnings.
	NoHeader      = "no_header"     // a sheet without a header row was passed over
	HiddenSheet   = "hidden_sheet"  // a hidden sheet was passed over
	PartialColumn = "partial_ratio" // a column for the numerator, none for the denominator

	// Infos.
	UnknownColumn = "unknown_column"
	TotalRow      = "total_row"   // "Tổng cộng": not an agency
	SkippedRow    = "skipped_row" // a heading, note or signature without figures
)
