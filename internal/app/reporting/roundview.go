package reporting

import (
	"context"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// RoundLine is a round on a list.
type RoundLine struct {
	filing.Round
	RegimeName string
	Kind       filing.Kind
	Owes       int // agencies
	Extended   int
	DaysLeft   int
}

// Rounds lists the rounds that the actor of the context runs, the newest first.
func (a *Room) Rounds(ctx context.Context) (out []RoundLine, err error) {
	defer fault.Context(&err, "reporting.Rounds")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		all, err := v.Rounds()
		if err != nil {
			return err
		}
		for _, r := range all {
			regime, _ := c.Regime(r.Regime, r.Period.To)
			if a.mayRun(ctx, c, regime, r.Forms(c.Forms)) != nil {
				continue
			}
			ext, err := v.Extensions(r.ID)
			if err != nil {
				return err
			}
			line := RoundLine{Round: r, RegimeName: regime.Name, Kind: regime.Kind, DaysLeft: filing.Duty{Due: r.Due}.DaysLeft(a.Today())}
			for _, d := range r.Duties(c.Agencies, ext, a.Today()) {
				line.Owes++
				if d.Extension != nil {
					line.Extended++
				}
			}
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

// RoundView is one round with all that its page shows.
type RoundView struct {
	filing.Round
	Regime    filing.Regime
	Forms     []filing.Form
	Indicator map[string]string // names, by code
	Duties    []filing.Duty
	Events    []filing.RoundEvent
	Documents map[int64]ledger.Document
	Today     vi.Date
	Calendar  bool // the days off of the due year are known
}

// RoundView returns a round; it is for those who run it.
func (a *Room) RoundView(ctx context.Context, id int64) (out *RoundView, err error) {
	defer fault.Context(&err, "reporting.RoundView(%d)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		r, err := v.Round(id)
		if err != nil {
			return err
		}
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		out = &RoundView{
			Round:     r,
			Forms:     r.Forms(c.Forms),
			Today:     a.Today(),
			Calendar:  c.Calendar.Covers(r.Due.Day.Year()),
			Indicator: map[string]string{},
		}
		out.Regime, _ = c.Regime(r.Regime, r.Period.To)
		if err := a.mayRun(ctx, c, out.Regime, out.Forms); err != nil {
			return err
		}
		for _, f := range out.Forms {
			for _, it := range f.Items {
				if d, ok := c.Kpis.On(it.Indicator, r.Period.To); ok {
					out.Indicator[it.Indicator] = d.Name
				}
			}
		}
		ext, err := v.Extensions(id)
		if err != nil {
			return err
		}
		out.Duties = r.Duties(c.Agencies, ext, a.Today())
		if out.Events, err = v.RoundEvents(id); err != nil {
			return err
		}
		out.Documents, err = v.Documents()
		return err
	})
	return out, err
}

// RoundChoices is what the page that opens a round offers.
type RoundChoices struct {
	Regimes []filing.Regime // of today, that the actor runs
	Blocks  []ledger.Choice
	Today   vi.Date
	Periods []ledger.Choice
	Kinds   []AgencyChoice // ministries, provinces …: who may be asked one by one
}

// AgencyChoice is a group of agencies to choose from.
type AgencyChoice struct {
	Title    string
	Agencies []ledger.Choice
}

// RoundChoices lists what a round can be opened for.
func (a *Room) RoundChoices(ctx context.Context) (out *RoundChoices, err error) {
	defer fault.Context(&err, "reporting.RoundChoices")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		out = &RoundChoices{Today: a.Today(), Periods: figures.SuggestedPeriods(a.Today())}
		var refusal error
		for _, r := range c.Regimes {
			if !r.On(a.Today()) {
				continue
			}
			var forms []filing.Form
			for _, f := range c.Forms {
				if f.Regime == r.Code {
					forms = append(forms, f)
				}
			}
			if err := a.mayRun(ctx, c, r, forms); err != nil {
				refusal = err
				continue
			}
			out.Regimes = append(out.Regimes, r)
		}
		if len(out.Regimes) == 0 && refusal != nil {
			return refusal
		}
		listed := map[agency.ID]bool{}
		for _, b := range c.Agencies.Blocks() {
			out.Blocks = append(out.Blocks, ledger.Choice{Code: b.Code, Title: b.Name})
			kind := AgencyChoice{Title: b.Name}
			for _, m := range c.Agencies.Members(b.Code, a.Today()) {
				if listed[m.Agency] { // blocks are made of others, too
					continue
				}
				listed[m.Agency] = true
				kind.Agencies = append(kind.Agencies, ledger.Choice{Code: string(m.Agency), Title: c.Agencies.Name(m.Agency, a.Today())})
			}
			if len(kind.Agencies) > 0 {
				out.Kinds = append(out.Kinds, kind)
			}
		}
		return nil
	})
	return out, err
}

// FrequencyTitle returns the Vietnamese name of how often a regime reports.
func FrequencyTitle(k kpi.PeriodKind) string {
	switch k {
	case kpi.Year:
		return "năm"
	case kpi.Half:
		return "6 tháng"
	case kpi.Nine:
		return "9 tháng"
	case kpi.Quarter:
		return "quý"
	case kpi.Month:
		return "tháng"
	case kpi.Week:
		return "tuần"
	case kpi.Day:
		return "ngày"
	}
	return "kỳ tự chọn"
}
