package page

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

// Upkeep is what the pages about rounds and the catalogue ask of the use cases.
type Upkeep interface {
	Rounds(ctx context.Context) ([]reporting.RoundLine, error)
	RoundChoices(ctx context.Context) (*reporting.RoundChoices, error)
	RoundView(ctx context.Context, id int64) (*reporting.RoundView, error)
	OpenRound(ctx context.Context, req reporting.RoundRequest) (int64, error)
	ChangeRound(ctx context.Context, id int64, ch reporting.RoundChange) error
	CatalogueTables() []ledger.Choice
	EndedBases(ctx context.Context) ([]ledger.EndedBasis, error)
	CatalogueFile(ctx context.Context, tables ...string) (name string, data []byte, err error)
	PreviewCatalogue(ctx context.Context, file ledger.ImportFile) (*catalogue.Preview, error)
	KeptCatalogue(ctx context.Context, name, sha string) (*catalogue.Preview, error)
	AcceptCatalogue(ctx context.Context, name, sha, fingerprint, reason string, doc ledger.Document) (*catalogue.Result, error)
}

type roundsPage struct {
	shell
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
func (p *Pages) Rounds(ctx context.Context, form url.Values, refused error) (*Document, error) {
	page := roundsPage{shell: p.top(ctx, "Đợt báo cáo", "rounds"), Form: form, ChosenBlocks: form["block"], FrequencyName: map[string]string{}}
	var err error
	if page.Choices, err = p.cfg.App.RoundChoices(ctx); refused == nil &&
		fault.KindOf(err) == fault.Forbidden { // an office that owns no regime yet
		page.None, err = true, nil
		page.Choices = &reporting.RoundChoices{}
	}
	if err != nil {
		return nil, err
	}
	if page.Rounds, err = p.cfg.App.Rounds(ctx); err != nil {
		return nil, err
	}
	for _, r := range page.Choices.Regimes {
		page.FrequencyName[r.Code] = reporting.FrequencyTitle(r.Frequency)
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	return p.html("rounds.html", page, 0)
}

type roundPage struct {
	shell
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
func (p *Pages) Round(ctx context.Context, id int64, done string, form url.Values, refused error) (*Document, error) {
	v, err := p.cfg.App.RoundView(ctx, id)
	if err != nil {
		return nil, err
	}
	page := roundPage{shell: p.top(ctx, v.Name+", "+lowerFirst(v.Period.Title()), "rounds"), RoundView: v, Form: form}
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
	return p.html("round.html", page, 0)
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
	req.Document, err = documentOf(v)
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
	ch.Document, err = documentOf(v)
	return ch, err
}

// formDate reads a day of a form, as browsers send it or as people write it; blank is 0.
func formDate(text string) (vi.Date, error) {
	if text = vi.Clean(text); text == "" {
		return 0, nil
	}
	d, err := vi.ParseDay(text)
	return d, fault.Wrap(err, fault.Invalid, "Ngày “%s” không đọc được. Hãy ghi như 30/09/2026.", text)
}

func window(v url.Values) (w filing.Window, err error) {
	if w.From, err = formDate(v.Get("data_from")); err != nil {
		return w, err
	}
	if w.To, err = formDate(v.Get("data_to")); err != nil {
		return w, err
	}
	if (w.From == 0) != (w.To == 0) {
		return w, fault.New(fault.Invalid, "Hãy ghi cả ngày bắt đầu và ngày chốt số liệu, hoặc để trống cả hai.")
	}
	return w, nil
}

func deadline(v url.Values) (d filing.Deadline, err error) {
	if d.Day, err = formDate(v.Get("due")); err != nil {
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

func documentOf(v url.Values) (d ledger.Document, err error) {
	d = ledger.Document{Number: vi.Clean(v.Get("number")), Issuer: vi.Clean(v.Get("issuer"))}
	d.Day, err = formDate(v.Get("day"))
	if err == nil && d.Number == "" && (d.Issuer != "" || d.Day != 0) {
		err = fault.New(fault.Invalid, "Hãy ghi số của văn bản làm căn cứ.")
	}
	return d, err
}

type cataloguePage struct {
	shell
	Tables   []ledger.Choice
	Preview  *catalogue.Preview
	Groups   []changeGroup
	Form     url.Values
	Refused  string
	Accepted string
	MaxSize  string
	MaxBytes int64
	Ended    []ledger.EndedBasis // definitions in force that cite an act which has ended
}

// changeGroup is what changes in one table.
type changeGroup struct {
	Title, Name string
	Changes     []catalogue.Change
	More        int // that are not shown
}

// maxShown is how many changes of one table a page shows.
const maxShown = 200

// Catalogue makes the page on which the catalogue goes down and up.
func (p *Pages) Catalogue(ctx context.Context, done string, preview *catalogue.Preview, form url.Values, refused error) (*Document, error) {
	page := cataloguePage{shell: p.top(ctx, "Danh mục", "catalogue"), Tables: p.cfg.App.CatalogueTables(), Preview: preview, Form: form,
		MaxSize: sizeText(p.cfg.MaxUpload), MaxBytes: p.cfg.MaxUpload}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	} else if done != "" {
		page.Accepted = "Đã nhận danh mục mới."
	}
	if preview != nil {
		page.Title = "Xem trước thay đổi danh mục"
		for _, c := range preview.Result.Changes {
			n := len(page.Groups)
			if n == 0 || page.Groups[n-1].Name != c.Table {
				page.Groups = append(page.Groups, changeGroup{Title: c.Title, Name: c.Table})
				n++
			}
			if g := &page.Groups[n-1]; len(g.Changes) < maxShown {
				g.Changes = append(g.Changes, c)
			} else {
				g.More++
			}
		}
	}
	var err error
	if page.Ended, err = p.cfg.App.EndedBases(ctx); err != nil {
		return nil, err
	}
	return p.html("catalogue.html", page, 0)
}

// CatalogueFile gives the catalogue as a workbook.
func (p *Pages) CatalogueFile(ctx context.Context, tables []string) (*Document, error) {
	name, data, err := p.cfg.App.CatalogueFile(ctx, tables...)
	if err != nil {
		return nil, err
	}
	return &Document{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Name: name, Body: data}, nil
}

// PreviewCatalogue keeps the file that a form sends and returns where its changes are looked at.
func (p *Pages) PreviewCatalogue(w http.ResponseWriter, r *http.Request) (path string, err error) {
	req, err := p.ReadUpload(w, r)
	if err != nil {
		return "", err
	}
	preview, err := p.cfg.App.PreviewCatalogue(r.Context(), req.Files[0])
	if err != nil {
		return "", err
	}
	return "/catalogue/preview?" + url.Values{"sha256": {preview.SHA256}, "name": {preview.Name}}.Encode(), nil
}

// KeptCatalogue shows what a kept file would change.
func (p *Pages) KeptCatalogue(ctx context.Context, v url.Values) (*Document, error) {
	preview, err := p.cfg.App.KeptCatalogue(ctx, vi.Clean(v.Get("name")), v.Get("sha256"))
	if err != nil {
		return nil, err
	}
	return p.Catalogue(ctx, "", preview, nil, nil)
}

// AcceptCatalogue takes a file whose preview was seen. When that is refused, the page says why beside what the file would change by now.
func (p *Pages) AcceptCatalogue(ctx context.Context, v url.Values) (again *Document, err error) {
	name, sha := cmp.Or(vi.Clean(v.Get("name")), "danh-muc.xlsx"), v.Get("sha256")
	doc, err := documentOf(v)
	var res *catalogue.Result
	if err == nil {
		res, err = p.cfg.App.AcceptCatalogue(ctx, name, sha, v.Get("fingerprint"), vi.Clean(v.Get("reason")), doc)
	}
	if err == nil && res.Accepted {
		return nil, nil
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
		return nil, err
	}
	if err == nil {
		err = fault.New(fault.Invalid, "Tệp có lỗi nên chưa lưu gì.")
	}
	preview, kerr := p.cfg.App.KeptCatalogue(ctx, name, sha)
	if kerr != nil {
		return nil, kerr
	}
	shown, perr := p.Catalogue(ctx, "", preview, v, err)
	if perr != nil {
		return nil, perr
	}
	return shown, err
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
