package intake

// The codes of findings about the layout of a file, beside those of package check. A code never
// changes its meaning.
const (
	// Errors.
	NoTable         = "no_table"         // no sheet has a header row
	DuplicateColumn = "duplicate_column" // two columns with one meaning
	AmbiguousColumn = "ambiguous_column" // the header is that of several indicators
	OldFont         = "old_font"         // TCVN3 or VNI instead of Unicode
	StruckCell      = "struck_cell"      // struck out, wholly or in part: does it count?
	CaptionUnused   = "caption_unused"   // a line below a table changes what the figures above it mean
	TitleOutranks   = "title_outranks"   // the words of a heading are those of another indicator than the title or caller names
	HeadingWords    = "heading_words"    // words beside a name say what is not understood, or that it is no result
	SecondNames     = "second_names"     // agencies in a column that is not read: whose are the figures beside them?
	UnreadCounts    = "unread_counts"    // a bare share beside numbers that are not understood
	RateOfCount     = "rate_of_count"    // a share where the indicator is no ratio
	Stretch         = "stretch"          // "trong kỳ" of an indicator that counts from the beginning, or the reverse
	ExtraCells      = "extra_cells"      // a row of a CSV has more cells than its header
	ScaledFormat    = "scaled_format"    // the format of a cell shows its number divided, and nothing says so
	ColumnQuestion  = "column_question"  // a column may hold a figure of the catalogue; a warning beside columns that are read
	SplitColumn     = "split_column"     // a column divides the figures of an agency into parts
	NoteChanges     = "note_changes"     // a remark beside a figure says that it is another one; a warning where it is of another period
	CellComment     = "cell_comment"     // what a comment says of a heading or figure changes its meaning

	// Warnings.
	NoHeader     = "no_header"     // a sheet without a header row was passed over
	HiddenSheet  = "hidden_sheet"  // a hidden sheet was read
	HiddenRow    = "hidden_row"    // hidden rows were read
	HiddenColumn = "hidden_column" // a hidden column was read
	UnknownGroup = "unknown_group" // columns below the name of no indicator were passed over
	TitlePeriod  = "title_period"  // the title of a further table names another period than the sheet
	MergedFigure = "merged_figure" // one figure merged over several agencies
	StaleFormula = "stale_formula" // the stored result is not what the formula gives now; an error where it is the figure
	UnreadColumn = "unread_column" // numbers, or cells without a heading, that nobody understands
	OtherPeriod  = "other_period"  // figures of another period than was asked for; an error where the title says so
	OtherRows    = "other_rows"    // rows of another period than was asked for: offered, not taken
	Calculated   = "calculated"    // a formula that nobody calculated was calculated from its own row

	// Infos.
	UnknownColumn = "unknown_column"
	SetAside      = "set_aside"      // a target, an earlier period, a comparison: understood, and not what is reported
	CommentUnread = "comment_unread" // a comment of a cell that is read; nothing of it is taken
	MatchedColumn = "matched_column" // a heading of somebody's own was read, with the reasons
	GuideSheet    = "guide_sheet"    // a sheet of instructions or examples was passed over
	TitleMarks    = "title_marks"    // the title says that all figures are estimates; a warning where that is not clear
	CommentTaken  = "comment_taken"  // a comment was read as a part of its heading
	TotalRow      = "total_row"      // "Tổng cộng": not an agency
	SkippedRow    = "skipped_row"    // a heading, note or signature without figures
)
