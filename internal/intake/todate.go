package intake

import (
	"chiso/internal/check"
	"chiso/internal/kpi"
)

// accumulates reports whether an indicator is counted from the beginning.
func accumulates(def *kpi.Definition) bool {
	return def != nil && (def.Accumulation == kpi.YearToDate || def.Accumulation == kpi.Cumulative)
}

// fromStart reads the period of a measure, and reports whether it begins with the year and is longer than its last quarter.
func (m *measure) fromStart() (p kpi.Period, toDate bool) {
	if m.period.Kind == check.Absent {
		return p, false
	}
	p, err := kpi.ParsePeriod(m.period.Text)
	return p, err == nil && p.From.ISO()[5:] == "01-01" && days(p) > 95
}

// beside returns the measure of the same indicator and agency that counts from the beginning of the year to the same day.
func (l *layout) beside(i int) (int, bool) {
	m := &l.measures[i]
	p, toDate := m.fromStart()
	if toDate || p.Key == "" || p.From.ISO()[5:] == "01-01" {
		return 0, false
	}
	for k := range l.measures {
		o := &l.measures[k]
		if q, ok := o.fromStart(); ok && k != i && o.code == m.code && o.agency.Text == m.agency.Text && q.To == p.To {
			return k, true
		}
	}
	return 0, false
}

// stretch chooses between “Quý III” and “Lũy kế 9 tháng” of a row by how its indicator counts: what is counted from the beginning
// is the figure of the quarter too, and the quarter alone is none. It reports whether the measure is not to be read.
func (t *table) stretch(i int, row *check.Row) (skip bool) {
	m := &t.layout.measures[i]
	if m.period.Kind == check.Absent || !accumulates(t.definition(row)) {
		return false
	}
	if k, ok := t.layout.beside(i); ok {
		at := t.layout.measures[k].period
		t.found(check.Info, m.period.Ref(), SetAside, "Cột "+quote(m.period.Text)+" ở ô "+m.period.Ref()+" là số trong kỳ, trong khi "+
			t.definition(row).Indicator.Code+" tính lũy kế nên được đọc ở cột "+at.Ref()+" của dòng này.")
		return true
	}
	p, toDate := m.fromStart()
	if asked, ok := t.asked(); ok && toDate && asked.To == p.To {
		row.Period.Text = asked.Key
	}
	return false
}
