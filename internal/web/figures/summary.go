package figures

import (
	"fmt"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// summary says in sentences what a table shows: who leads, who moved, how many reach the target, who is missing. It states
// what is in the table and nothing else.
func summary(t *ranking.Table) []string {
	var out []string
	c := t.Coverage()
	sentences := []string{leadSentence(t), moveSentence(t), reachedText(t), missingSentence(t)}
	if yesNo(t) {
		sentences = []string{answersSentence(t), missingSentence(t)}
	}
	if !c.Enough() && len(t.Rows) > 0 { // what few say is not said of all
		sentences = []string{c.Sentence(), missingSentence(t)}
	}
	for _, s := range sentences {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// answersSentence counts the answers to a yes/no question: nobody leads there.
func answersSentence(t *ranking.Table) string {
	if len(t.Rows) == 0 {
		return ""
	}
	yes, no := 0, 0
	for _, r := range t.Rows {
		switch said, _ := frame.Answer(kpi.YesNo, r.Value, r.Num.Valid); said {
		case "Có":
			yes++
		case "Không":
			no++
		}
	}
	return fmt.Sprintf("%s%d đơn vị có, %d đơn vị không.", t.Coverage().Among(), yes, no)
}

// leadSentence names the first and those who follow.
func leadSentence(t *ranking.Table) string {
	if len(t.Rows) == 0 || !t.Rows[0].Value.Valid {
		return ""
	}
	first := withRank(t.Rows, t.Rows[0].Rank)
	verb := "dẫn đầu"
	if t.Direction == kpi.Neutral {
		verb = "có số lớn nhất"
	}
	if len(first) > 1 {
		verb = "cùng " + verb
	}
	s := t.Coverage().Among() + fmt.Sprintf("%s %s với %s", names(first), verb, frame.RowAmount(t.Rows[0], t))
	var next []string
	for _, r := range t.Rows[len(first):min(len(t.Rows), len(first)+2)] {
		if r.Value.Valid {
			next = append(next, fmt.Sprintf("%s (%s)", r.Name, r.Print(t.Decimals)))
		}
	}
	if len(next) > 0 && len(first) <= 3 {
		s += "; tiếp theo là " + strings.Join(next, " và ")
	}
	return s + "."
}

// moveSentence names the largest rise and fall since the previous period.
func moveSentence(t *ranking.Table) string {
	if t.Previous.Period == nil {
		return ""
	}
	var up, down, same int
	var most, least ranking.Row
	for _, r := range t.Rows {
		change, ok := r.Change()
		if !ok {
			continue
		}
		switch {
		case change > 0:
			up++
		case change < 0:
			down++
		default:
			same++
		}
		if c, _ := most.Change(); change > c {
			most = r
		}
		if c, _ := least.Change(); change < c {
			least = r
		}
	}
	if up+down+same == 0 {
		return ""
	}
	s := fmt.Sprintf("So với %s: %d đơn vị tăng hạng, %d giảm, %d giữ nguyên", frame.LowerFirst(t.Previous.Period.Title()), up, down, same)
	if c := t.Coverage(); !c.Full() {
		s += " (có số liệu: " + c.String() + " đơn vị)"
	}
	if c, ok := most.Change(); ok && c > 0 {
		s += fmt.Sprintf("; tăng nhiều nhất là %s (%d bậc, từ %d lên %d)", most.Name, c, most.PreviousRank, most.Rank)
	}
	if c, ok := least.Change(); ok && c < 0 {
		s += fmt.Sprintf("; giảm nhiều nhất là %s (%d bậc, từ %d xuống %d)", least.Name, -c, least.PreviousRank, least.Rank)
	}
	return s + "."
}

// reachedText counts who is on the good side of the target.
func reachedText(t *ranking.Table) string {
	if t.Target == nil || t.Direction == kpi.Neutral {
		return ""
	}
	reached, n := 0, 0
	for _, r := range t.Rows {
		if !r.Value.Valid {
			continue
		}
		n++
		c := r.Value.Cmp(t.Target.Value)
		if c == 0 || (c > 0) == (t.Direction == kpi.Higher) {
			reached++
		}
	}
	of := ""
	if c := t.Coverage(); !c.Full() {
		of = ", trong " + c.Agencies()
	}
	return fmt.Sprintf("%d/%d đơn vị có số liệu đạt mục tiêu năm %d (%s)%s.", reached, n, t.Target.Year,
		frame.Amount(vi.Some(t.Target.Value), 0, t.Target.Unit), of)
}

// missingSentence counts those without a rank.
func missingSentence(t *ranking.Table) string {
	if len(t.NotRanked) == 0 {
		return ""
	}
	var order []ranking.Reason
	count := map[ranking.Reason]int{}
	for _, n := range t.NotRanked {
		if count[n.Reason] == 0 {
			order = append(order, n.Reason)
		}
		count[n.Reason]++
	}
	why := make([]string, len(order))
	for i, r := range order {
		why[i] = fmt.Sprintf("%s: %d", frame.LowerFirst(r.Title()), count[r])
	}
	return fmt.Sprintf("%d/%d đơn vị không được xếp hạng (%s).", len(t.NotRanked), t.Expected(), strings.Join(why, ", "))
}

func withRank(rows []ranking.Row, rank int) []ranking.Row {
	n := 0
	for n < len(rows) && rows[n].Rank == rank {
		n++
	}
	return rows[:n]
}

// names joins up to three names, then counts.
func names(rows []ranking.Row) string {
	if len(rows) > 3 {
		return fmt.Sprintf("%d đơn vị", len(rows))
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Name
	}
	if len(out) == 1 {
		return out[0]
	}
	return strings.Join(out[:len(out)-1], ", ") + " và " + out[len(out)-1]
}
