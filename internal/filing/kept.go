package filing

// Piece is one thing that a report says, as people read it: a figure, an explanation, a part of the narrative, a proposal, a file.
type Piece struct {
	Key   string // the same in two contents: the same thing
	Title string
	Text  string // "" when nothing is said
}

// PieceChange is one thing that differs between two contents of a report. "" says nothing there.
type PieceChange struct{ Title, Before, After string }

// Changes lists what differs, in the order of the newer content; what is gone from it comes last.
func Changes(before, after []Piece) []PieceChange {
	old, kept := make(map[string]string, len(before)), make(map[string]bool, len(after))
	for _, p := range before {
		old[p.Key] = p.Text
	}
	var out []PieceChange
	for _, p := range after {
		if was := old[p.Key]; was != p.Text {
			out = append(out, PieceChange{p.Title, was, p.Text})
		}
		kept[p.Key] = true
	}
	for _, p := range before {
		if !kept[p.Key] && p.Text != "" {
			out = append(out, PieceChange{p.Title, p.Text, ""})
		}
	}
	return out
}
