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
	// Missing is why there is no figure, in Vietnamese; "" when there is one.
	Missing string
}

// The reasons why a figure cannot be carried over.
const (
	NotConvertible = "Không quy đổi được: chỉ một phần chức năng được chuyển sang."
	NoParts        = "Không quy đổi được: thiếu tử/mẫu số."
	PartMissing    = "Không quy đổi được: có đơn vị tiền thân chưa có số liệu."
	NotAddable     = "Không quy đổi được: chỉ tiêu không cộng được."
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
		preds, parts := origins(dir, id, from, to, nil)
		slices.SortFunc(preds, func(a, b agency.ID) int { return dir.Order(a) - dir.Order(b) })
		switch {
		case len(preds) > 0:
			out[id] = merge(d, preds, figures)
		case parts:
			out[id] = Restated{Missing: NotConvertible}
		}
	}
	return out
}

// origins returns the agencies of day from whose whole body is in id on day to, and whether some
// came over only in part.
func origins(dir *agency.Directory, id agency.ID, from, to vi.Date, seen []agency.ID) (whole []agency.ID, part bool) {
	if slices.Contains(seen, id) {
		return nil, false
	}
	seen = append(seen, id)
	if _, ok := dir.On(id, from); ok {
		whole = append(whole, id)
	}
	for _, s := range dir.Predecessors(id) {
		if s.On <= from || s.On > to {
			continue
		}
		if s.Extent != agency.Whole {
			part = true
			continue
		}
		w, p := origins(dir, s.Pred, from, s.On.AddDays(-1), seen)
		whole, part = append(whole, w...), part || p
	}
	return whole, part
}

func merge(d *kpi.Definition, preds []agency.ID, figures Figures) Restated {
	r := Restated{From: preds}
	if len(preds) == 1 {
		item, ok := figures[preds[0]]
		if !ok {
			r.Missing = PartMissing
			return r
		}
		r.Figure = item.Figure
		return r
	}
	var num, den kpi.Sum
	sum := new(big.Rat)
	for _, id := range preds {
		f := figures[id].Figure
		switch {
		case f.State == kpi.NoDenominator && f.HasParts(): // adds nothing
		case f.State != kpi.Value:
			r.Missing = PartMissing
			return r
		case d.Indicator.Kind == kpi.Ratio && !f.HasParts():
			r.Missing = NoParts
			return r
		}
		if f.HasParts() {
			num.Add(f.Num.Decimal)
			den.Add(f.Den.Decimal)
		} else {
			num.Add(f.Value.Decimal)
			sum.Add(sum, f.Value.Rat())
		}
		r.Figure.Qualifiers |= f.Qualifiers
	}
	return r.combine(d, &num, &den, sum)
}

func (r Restated) combine(d *kpi.Definition, num, den *kpi.Sum, sum *big.Rat) Restated {
	n, okN := num.Decimal()
	m, okM := den.Decimal()
	switch d.Indicator.Kind {
	case kpi.Ratio:
		r.Figure.Num, r.Figure.Den = vi.NullDecimal{Decimal: n, Valid: okN}, vi.NullDecimal{Decimal: m, Valid: okM}
		r.Figure.State = kpi.Value
		if m.Sign() == 0 {
			r.Figure.State = kpi.NoDenominator
		}
	case kpi.Count, kpi.Money:
		r.Figure.State, r.Figure.Value = kpi.Value, vi.NullDecimal{Decimal: n, Valid: okN}
	case kpi.Score:
		mean := sum.Quo(sum, big.NewRat(int64(len(r.From)), 1))
		v, ok := kpi.RoundRat(mean, d.Decimals)
		r.Figure.State, r.Figure.Value, r.Mean = kpi.Value, vi.NullDecimal{Decimal: v, Valid: ok}, true
	default:
		return Restated{From: r.From, Missing: NotAddable}
	}
	return r
}
