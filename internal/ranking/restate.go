package ranking

import (
	"math/big"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Restated is a figure carried over to the agencies of another day.
type Restated struct {
	Figure kpi.Figure
	From   []agency.ID // whose figures it is made of, in official order
	Mean   bool        // a score: the arithmetic mean of From, as the ministry does it; label it
	// Parts lists bodies of which only some functions came over: their figures are not inside.
	Parts []agency.ID
	// Missing is why there is no figure, in Vietnamese; "" when there is one.
	Missing string
}

// The reasons why a figure cannot be carried over.
const (
	NotConvertible = "Không quy đổi được: chỉ một phần chức năng được chuyển sang."
	NoParts        = "Không quy đổi được: thiếu tử/mẫu số."
	PartMissing    = "Không quy đổi được: có đơn vị tiền thân chưa có số liệu."
	NotAddable     = "Không quy đổi được: chỉ tiêu không cộng được."
	TooLong        = "Không quy đổi được: tổng có quá nhiều chữ số."
)

// Restate carries figures of the agencies that existed on day from over to those that exist on day
// to, along whole succession only (design rule 8): counts add, ratios are recomputed from summed
// parts, scores take the arithmetic mean. Agencies that did not exist before and have no
// predecessor are left out.
func Restate(d *kpi.Definition, dir *agency.Directory, from, to vi.Date, figures Figures) map[agency.ID]Restated {
	out := map[agency.ID]Restated{}
	for _, id := range dir.IDs() {
		v, ok := dir.On(id, to)
		if !ok || v.Level == agency.Aggregate || v.Level == agency.National {
			continue
		}
		whole, parts := origins(dir, id, from, to, nil)
		official := func(a, b agency.ID) int { return dir.Order(a) - dir.Order(b) }
		slices.SortStableFunc(whole, official)
		slices.SortStableFunc(parts, official)
		parts = slices.Compact(parts)
		switch {
		case len(whole) > 0:
			r := merge(d, whole, figures)
			if r.Parts = parts; from != to {
				r.Figure.PublishedRank = 0 // the source ranked another set
			}
			out[id] = r
		case len(parts) > 0:
			out[id] = Restated{Parts: parts, Missing: NotConvertible}
		}
	}
	return out
}

// origins returns the agencies of day from whose whole body is in id on day to, and those of which
// only some functions are.
func origins(dir *agency.Directory, id agency.ID, from, to vi.Date, seen []agency.ID) (whole, parts []agency.ID) {
	if slices.Contains(seen, id) {
		return nil, nil
	}
	seen = append(seen, id)
	if _, ok := dir.On(id, from); ok {
		whole = append(whole, id)
	}
	for _, s := range dir.Predecessors(id) {
		if s.On <= from || s.On > to {
			continue
		}
		w, p := origins(dir, s.Pred, from, s.On.AddDays(-1), seen)
		if s.Extent != agency.Whole {
			parts = append(append(parts, w...), p...)
			continue
		}
		whole, parts = append(whole, w...), append(parts, p...)
	}
	return whole, parts
}

func merge(d *kpi.Definition, preds []agency.ID, figures Figures) Restated {
	r := Restated{From: preds}
	if len(preds) == 1 {
		item, ok := figures[preds[0]]
		if !ok || item.Figure.State == kpi.Withdrawn {
			r.Missing = PartMissing
			return r
		}
		r.Figure = item.Figure
		return r
	}
	var num, den, sum kpi.Sum
	idle := 0
	for _, id := range preds {
		f := figures[id].Figure
		ratio := d.Indicator.Kind == kpi.Ratio
		switch {
		case f.State == kpi.NotApplicable:
			idle++
		case ratio && f.HasParts() && (f.State == kpi.Value || f.State == kpi.NoDenominator):
			num.Add(f.Num.Decimal)
			den.Add(f.Den.Decimal)
		case ratio && f.State == kpi.NoDenominator: // 0/0 adds nothing
		case ratio && f.State == kpi.Value:
			r.Missing = NoParts
			return r
		case !ratio && f.State == kpi.Value && f.Value.Valid:
			sum.Add(f.Value.Decimal)
		default:
			r.Missing = PartMissing
			return r
		}
		r.Figure.Qualifiers = r.Figure.Qualifiers.With(f.Qualifiers)
	}
	switch {
	case idle == len(preds):
		r.Figure.State = kpi.NotApplicable
		return r
	case idle > 0: // "không phát sinh" is not 0
		return Restated{From: preds, Missing: PartMissing}
	}
	return r.combine(d, &num, &den, &sum)
}

// combine makes the figure of several bodies from the sums of theirs.
func (r Restated) combine(d *kpi.Definition, num, den, sum *kpi.Sum) Restated {
	none := func(why string) Restated { return Restated{From: r.From, Missing: why} }
	r.Figure.State = kpi.Value
	switch d.Indicator.Kind {
	case kpi.Ratio:
		r.Figure.Num, r.Figure.Den = whole(num), whole(den)
		if !r.Figure.HasParts() {
			return none(TooLong)
		}
		if r.Figure.Den.Sign() == 0 {
			r.Figure.State = kpi.NoDenominator
		}
	case kpi.Count, kpi.Money:
		if r.Figure.Value = whole(sum); !r.Figure.Value.Valid {
			return none(TooLong)
		}
	case kpi.Score:
		mean := new(big.Rat).Quo(sum.Rat(), big.NewRat(int64(len(r.From)), 1))
		v, ok := kpi.RoundRat(mean, d.Decimals)
		if !ok {
			return none(TooLong)
		}
		r.Figure.Value, r.Mean = vi.Some(v), true
	default:
		return none(NotAddable)
	}
	return r
}
