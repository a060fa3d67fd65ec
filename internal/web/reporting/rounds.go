package reporting

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

type roundsPage struct {
	frame.Shell
	Rounds        []reporting.RoundLine
	Choices       *reporting.RoundChoices
	None          bool       // there is no regime for which the reader may open a round
	Form          url.Values // what was typed
	Refused       string
	ChosenBlocks  []string
	FrequencyName map[string]string
}

// Asked reports whether an agency was ticked.
func (r roundsPage) Asked(id string) bool { return slices.Contains(r.Form["agency"], id) }

// Chosen reports whether a block was ticked.
func (r roundsPage) Chosen(block string) bool { return slices.Contains(r.ChosenBlocks, block) }

// Rounds makes the list of rounds, with the form that opens one.
func (p *Pages) Rounds(ctx context.Context, form url.Values, refused error) (*frame.Document, error) {
	page := roundsPage{Shell: p.Top(ctx, "Đợt báo cáo", "rounds"), Form: form, ChosenBlocks: form["block"], FrequencyName: map[string]string{}}
	var err error
	if page.Choices, err = p.app.RoundChoices(ctx); refused == nil &&
		fault.KindOf(err) == fault.Forbidden { // an office that owns no regime yet
		page.None, err = true, nil
		page.Choices = &reporting.RoundChoices{}
	}
	if err != nil {
		return nil, err
	}
	if page.Rounds, err = p.app.Rounds(ctx); err != nil {
		return nil, err
	}
	for _, r := range page.Choices.Regimes {
		page.FrequencyName[r.Code] = reporting.FrequencyTitle(r.Frequency)
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	return p.HTML("reporting/rounds.html", page, 0)
}

type roundPage struct {
	frame.Shell
	*reporting.RoundView
	Done, Refused string
	Form          url.Values // what was typed
}

// Typed returns what was typed into a field of the form of an action.
func (r roundPage) Typed(action, field string) string {
	if r.Form.Get("action") != action {
		return ""
	}
	return r.Form.Get(field)
}

// Round makes the page of one round: its settings, who owes, what was done to it.
func (p *Pages) Round(ctx context.Context, id int64, done string, form url.Values, refused error) (*frame.Document, error) {
	v, err := p.app.RoundView(ctx, id)
	if err != nil {
		return nil, err
	}
	page := roundPage{Shell: p.Top(ctx, v.Name+", "+frame.LowerFirst(v.Period.Title()), "rounds"), RoundView: v, Form: form}
	switch filing.RoundAction(done) {
	case filing.RoundOpened:
		page.Done = "Đã mở đợt báo cáo."
	case filing.RoundChanged:
		page.Done = "Đã đổi thời gian của đợt."
	case filing.RoundExtended:
		page.Done = "Đã gia hạn."
	case filing.RoundLocked:
		page.Done = "Đã khóa kỳ."
	case filing.RoundUnlocked:
		page.Done = "Đã mở khóa kỳ."
	}
	if refused != nil {
		page.Done, page.Refused = "", fault.Sentence(refused)
	}
	return p.HTML("reporting/round.html", page, 0)
}

// RoundRequest reads the form that opens a round.
func RoundRequest(v url.Values) (req reporting.RoundRequest, err error) {
	req = reporting.RoundRequest{
		Regime:          v.Get("regime"),
		Period:          vi.Clean(v.Get("period")),
		Name:            v.Get("name"),
		Blocks:          v["block"],
		Columns:         v.Get("columns"),
		Reason:          v.Get("reason"),
		ActsConfirmedBy: v.Get("confirmed_by"),
	}
	for _, id := range strings.Fields(strings.ReplaceAll(v.Get("agencies"), ",", " ")) {
		req.Agencies = append(req.Agencies, agency.ID(id))
	}
	for _, id := range v["agency"] {
		if !slices.Contains(req.Agencies, agency.ID(id)) {
			req.Agencies = append(req.Agencies, agency.ID(id))
		}
	}
	if len(req.Agencies) > 0 {
		req.Blocks = nil
	}
	if req.Window, err = window(v); err != nil {
		return req, err
	}
	if req.Due, err = deadline(v); err != nil {
		return req, err
	}
	req.Document, err = frame.DocumentOf(v)
	return req, err
}

// RoundChange reads a form of a round's page.
func RoundChange(v url.Values) (ch reporting.RoundChange, err error) {
	ch = reporting.RoundChange{Action: filing.RoundAction(v.Get("action")), Agency: agency.ID(v.Get("agency")), Reason: v.Get("reason")}
	if ch.Window, err = window(v); err != nil {
		return ch, err
	}
	if ch.Due, err = deadline(v); err != nil {
		return ch, err
	}
	ch.Document, err = frame.DocumentOf(v)
	return ch, err
}

func window(v url.Values) (w filing.Window, err error) {
	if w.From, err = frame.FormDate(v.Get("data_from")); err != nil {
		return w, err
	}
	if w.To, err = frame.FormDate(v.Get("data_to")); err != nil {
		return w, err
	}
	if (w.From == 0) != (w.To == 0) {
		return w, fault.New(fault.Invalid, "Hãy ghi cả ngày bắt đầu và ngày chốt số liệu, hoặc để trống cả hai.")
	}
	return w, nil
}

func deadline(v url.Values) (d filing.Deadline, err error) {
	if d.Day, err = frame.FormDate(v.Get("due")); err != nil {
		return d, err
	}
	clock := vi.Clean(v.Get("due_time"))
	if clock == "" {
		return d, nil
	}
	t, err := time.Parse("15:04", clock)
	if err != nil || d.Day == 0 {
		return d, fault.New(
			fault.Invalid,
			"Giờ hết hạn “%s” không đọc được. Hãy ghi ngày và giờ như 17:00, hoặc để trống giờ nếu hạn là hết ngày.",
			clock,
		)
	}
	d.Minute = t.Hour()*60 + t.Minute()
	return d, nil
}

// Names lists the indicators of a form for its line on the page.
func (r roundPage) Names(f filing.Form) string {
	var out []string
	for _, it := range f.Items {
		out = append(out, fmt.Sprintf("%s %s", it.Indicator, r.Indicator[it.Indicator]))
	}
	return strings.Join(out, "; ")
}

// DocumentText names the document of an event.
func (r roundPage) DocumentText(id int64) string {
	if id == 0 {
		return ""
	}
	return r.Documents[id].String()
}

// AgencyName names an agency of the round, or the one that files for it.
func (r roundPage) AgencyName(id agency.ID) string {
	for _, d := range r.Duties {
		if d.Agency == id {
			return d.Name
		}
		if d.Filer == id {
			return d.FilerName
		}
	}
	return string(id)
}

// DayISO is a day as date inputs want it.
func (r roundPage) DayISO(d vi.Date) string { return d.ISO() }
