package ranking

import (
	"fmt"

	"chiso/internal/agency"
)

// DefaultLeast is the share of those asked, in percent, from which a table speaks of its block where no regime states another.
const DefaultLeast = 80

// Coverage says of how many of those who were asked a table has an answer. It is the one place that decides what a table may say of its
// block: below the share there is no comparison with the target, no first and no last, no headline and no reference line (design rule 7).
type Coverage struct {
	Have  int  // answered: with a value, or that there is none (not applicable, 0/0, a small sample, a bound)
	Asked int  // on the last day of the period
	Least int  // percent of Asked
	Forms bool // a form asked them; else Asked is everybody of the block
}

// Coverage counts the answers of a table. Those who were not asked count only in the rows.
func (t *Table) Coverage() Coverage {
	c := Coverage{Least: t.Least, Forms: t.Asked != nil}
	if c.Least == 0 {
		c.Least = DefaultLeast
	}
	for _, r := range t.Rows {
		c.count(t.asks(r.Agency), r.Value.Valid)
	}
	for _, n := range t.NotRanked {
		if t.Asked == nil && n.Reason == Special || n.Reason == NotInScorecard || n.Reason == NoTasks {
			continue // nobody asked
		}
		answered := n.Observation != 0 || n.Reason == NotApplicable || n.Reason == NoDenominator || n.Reason == BelowMinN || n.Reason == Censored
		c.count(t.asks(n.Agency), answered)
	}
	return c
}

func (c *Coverage) count(asked, have bool) {
	if !asked {
		return
	}
	c.Asked++
	if have {
		c.Have++
	}
}

// asks reports whether an agency was asked: everybody of the block where no form asks anybody.
func (t *Table) asks(id agency.ID) bool { return t.Asked == nil || t.Asked[id] }

// Full reports whether everybody who was asked answered.
func (c Coverage) Full() bool { return c.Have == c.Asked }

// Enough reports whether enough answered to speak of the block.
func (c Coverage) Enough() bool { return c.Asked > 0 && c.Have*100 >= c.Least*c.Asked }

// String is k/n: "3/22".
func (c Coverage) String() string { return fmt.Sprintf("%d/%d", c.Have, c.Asked) }

// Agencies is k/n with what they are: nobody is said to have been asked for what a source measures by itself.
func (c Coverage) Agencies() string {
	if c.Forms {
		return c.String() + " đơn vị được hỏi"
	}
	return c.String() + " đơn vị"
}

// Sentence says that too few answered, "" where enough did.
func (c Coverage) Sentence() string {
	if c.Enough() {
		return ""
	}
	return fmt.Sprintf(
		"Mới có số liệu của %s, dưới mức %d %%: chưa so với mục tiêu, chưa nêu đơn vị đầu và cuối bảng, chưa có số chung của khối.",
		c.Agencies(),
		c.Least,
	)
}

// Among begins a sentence about a part of those asked, "" where it is about all of them: "Trong 30/34 đơn vị có số liệu, ".
func (c Coverage) Among() string {
	if c.Full() {
		return ""
	}
	return "Trong " + c.String() + " đơn vị có số liệu, "
}

// SilentRemark is what stands beside an agency without a figure that takes a rank by the rule of its scorecard: below the share nobody
// is called last.
func (t *Table) SilentRemark() string {
	if !t.Enough() {
		return t.Without().Title()
	}
	return t.Without().Title() + ", xếp cuối theo quy tắc của bộ chỉ số"
}

// Enough reports whether a table may speak of its block.
func (t *Table) Enough() bool { return t.Coverage().Enough() }

// Headline is the pooled figure where the table may speak of its block; without a value where it may not, or where nothing is pooled.
func (t *Table) Headline() Pooled {
	if t.Pooled.Method == NotPooled || !t.Enough() {
		return Pooled{Method: NotPooled, Covered: t.Pooled.Covered, Expected: t.Pooled.Expected}
	}
	return t.Pooled
}
