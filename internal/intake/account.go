package intake

// fate is what became of a row of a table.
type fate uint8

const (
	fateNone    fate = iota
	fateRead         // its figures were given to the checks
	fateTotal        // a total: compared, not stored
	fateSkipped      // a heading, a note, a signature
)
