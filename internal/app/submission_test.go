package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/seed"
)

// desk is an app over a fresh database with a small regime of one form, and people who report, sign and judge.
type desk struct {
	*fixture
	store *store.Store
	t     *testing.T
	defs  map[string]int64
	cfg   store.Config
}

const daNang, quangNam = agency.ID("P34-48"), agency.ID("P63-49")

// onDesks runs a test on both engines.
func onDesks(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			d := newDesk(t, engine)
			fn(t, d)
			problems, err := d.Verify(t.Context())
			if err != nil || len(problems) > 0 {
				t.Errorf("Verify after the test: %q, %v", problems, err)
			}
		})
	}
}

func newDesk(t *testing.T, engine string) *desk {
	t.Helper()
	c := &clock{now: time.Date(2026, 10, 10, 2, 0, 0, 0, time.UTC)}
	cfg := store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: c.read}
	if engine == "postgres" {
		cfg.URL = app.Migrated.Copy(t)
	}
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: c.read, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	checked(t, a)
	d := &desk{fixture: &fixture{a, c, ""}, store: s, t: t, defs: map[string]int64{}, cfg: cfg}
	d.catalogue(func(c *store.Catalogue) {
		c.Regimes = append(c.Regimes, filing.Regime{Code: "TEST", From: vi.OpenFrom, To: vi.OpenTo, Name: "Báo cáo quý thử", Owner: agency.Nation,
			Kind: filing.Periodic, Frequency: kpi.Quarter, Cutoff: filing.Decree09, Due: "day:16"})
		c.Forms = append(c.Forms, form(vi.OpenFrom, 20261130, "CPS07", "CPS08", "CPS03"), form(20261201, vi.OpenTo, "CPS07", "CPS03", "CPS10"))
	})
	return d
}

func form(from, to vi.Date, codes ...string) filing.Form {
	f := filing.Form{Regime: "TEST", Code: "T1", Name: "Biểu T1", From: from, To: to}
	for i, code := range codes {
		f.Items = append(f.Items, filing.Item{Indicator: code, Order: i + 1})
	}
	return f
}

// catalogue saves the seed's catalogue with something changed.
func (d *desk) catalogue(change func(*store.Catalogue)) {
	d.t.Helper()
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		d.t.Fatal(err)
	}
	change(&c)
	d.write(func(tx *store.Tx) error { return tx.SaveCatalogue(c) })
	if err := d.store.Read(d.t.Context(), time.Time{}, func(v *store.View) error {
		c, err := v.Catalogue()
		for _, x := range c.Definitions {
			d.defs[x.Indicator.Code] = x.ID
		}
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) write(fn func(*store.Tx) error) store.Revision {
	d.t.Helper()
	rev, err := d.store.Write(d.t.Context(), store.Change{Account: "office", Reason: "kiểm thử"}, fn)
	if err != nil {
		d.t.Fatal(err)
	}
	return rev
}

// open opens a round for a period.
func (d *desk) open(period string, due vi.Date, agencies ...agency.ID) (id int64) {
	d.t.Helper()
	d.write(func(tx *store.Tx) (err error) {
		p := kpi.MustPeriod(period)
		id, err = tx.OpenRound(filing.Round{Regime: "TEST", Name: "Báo cáo " + p.Title(), Period: p, Agencies: agencies,
			Window: filing.Window{From: p.From, To: p.To}, Due: filing.Deadline{Day: due}}, filing.RoundEvent{Action: filing.RoundOpened})
		return err
	})
	return id
}

// as returns the context of a person with one role at an agency.
func (d *desk) as(name string, role access.Role, id agency.ID) context.Context {
	d.t.Helper()
	var account int64
	d.write(func(tx *store.Tx) error { return nil })
	if _, err := d.store.Write(d.t.Context(), store.Change{Account: name, Reason: "-"}, func(tx *store.Tx) error {
		account = tx.Account()
		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
	return access.With(d.t.Context(), access.Actor{Account: account, Name: name, Agency: id,
		Grants: []access.Grant{{Role: role, Agency: id, From: vi.OpenFrom, To: vi.OpenTo}}})
}

func (d *desk) page(ctx context.Context, round int64, id agency.ID) *reporting.ReportView {
	d.t.Helper()
	v, err := d.ReportPage(ctx, round, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desk) row(ctx context.Context, round int64, id agency.ID, code string) reporting.ReportRow {
	d.t.Helper()
	for _, f := range d.page(ctx, round, id).FormList {
		for _, r := range f.Rows {
			if r.Definition.Indicator.Code == code {
				return r
			}
		}
	}
	d.t.Fatalf("no row %s", code)
	return reporting.ReportRow{}
}

// put saves one cell as somebody who sees the newest version.
func (d *desk) put(ctx context.Context, round int64, id agency.ID, code string, change func(*reporting.CellInput)) reporting.CellResult {
	d.t.Helper()
	row := d.row(ctx, round, id, code)
	in := reporting.CellInput{Definition: row.Definition.ID, Seen: row.Cell.Version, Numerator: row.Numerator, Denominator: row.Denominator, Value: row.Value,
		Note: row.Cell.Note, Explained: row.Cell.Explained}
	change(&in)
	res, err := d.SaveCells(ctx, round, id, []reporting.CellInput{in})
	if err != nil {
		d.t.Fatal(err)
	}
	return res.Cells[0]
}

func parts(num, den string) func(*reporting.CellInput) {
	return func(in *reporting.CellInput) { in.Numerator, in.Denominator, in.Value = num, den, "" }
}

func value(s string) func(*reporting.CellInput) {
	return func(in *reporting.CellInput) { in.Numerator, in.Denominator, in.Value = "", "", s }
}

// fill fills the three cells of the form.
func (d *desk) fill(ctx context.Context, round int64, id agency.ID) {
	d.t.Helper()
	d.put(ctx, round, id, "CPS07", parts("80", "100"))
	d.put(ctx, round, id, "CPS08", parts("90", "100"))
	d.put(ctx, round, id, "CPS03", value("1.250.000"))
}

// step takes a step as it stands now.
func (d *desk) step(ctx context.Context, round int64, id agency.ID, step filing.Step, change ...func(*reporting.ReportStep)) (*reporting.ReportHead, error) {
	d.t.Helper()
	req := reporting.ReportStep{Round: round, Agency: id, Step: step, Seen: d.page(ctx, round, id).Serial}
	for _, c := range change {
		c(&req)
	}
	return d.TakeStep(ctx, req)
}

func (d *desk) must(ctx context.Context, round int64, id agency.ID, step filing.Step, change ...func(*reporting.ReportStep)) *reporting.ReportHead {
	d.t.Helper()
	h, err := d.step(ctx, round, id, step, change...)
	if err != nil {
		d.t.Fatalf("%s: %v", step, err)
	}
	return h
}

func because(reason string) func(*reporting.ReportStep) {
	return func(r *reporting.ReportStep) { r.Reason = reason }
}

func says(t *testing.T, err error, kind fault.Kind, want string) {
	t.Helper()
	if fault.KindOf(err) != kind || !strings.Contains(fault.Sentence(err), want) {
		t.Errorf("%s %q, want %s with %q", fault.KindOf(err), fault.Sentence(err), kind, want)
	}
}

// reported returns the current reported figures of a period as "CODE=state parts value".
func (d *desk) reported(period string, id agency.ID) (out []string) {
	d.t.Helper()
	err := d.store.Read(d.t.Context(), time.Time{}, func(v *store.View) error {
		points, err := v.AgencySeries(id)
		for _, pt := range points {
			if pt.Period.Key != period || pt.Source.System != kpi.Reported {
				continue
			}
			for code, def := range d.defs {
				if def == pt.Definition {
					f := pt.Figure
					text := string(f.State) + " –"
					if f.HasParts() {
						text = fmt.Sprintf("%s %s/%s", f.State, f.Num.Decimal, f.Den.Decimal)
					}
					if f.Value.Valid {
						text += " " + f.Value.String()
					} else {
						text += " –"
					}
					out = append(out, code+"="+text)
				}
			}
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestReport_Life(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		owed, err := d.Desk(lan)
		if err != nil || len(owed.Open) != 1 || owed.Open[0].DaysLeft != 6 || owed.Open[0].Title() != "Chưa lập" || !owed.Open[0].Owed || owed.Open[0].Complete.Owed != 3 {
			t.Fatalf("%+v, %v", owed, err)
		}
		d.put(lan, round, daNang, "CPS07", parts("80", "100"))
		_, err = d.step(lan, round, daNang, filing.Submit)
		says(t, err, fault.Invalid, "2 ô trống")
		d.fill(lan, round, daNang)
		if _, err := d.SaveSection(lan, round, daNang, 1, 0, "Đã triển khai.\r\nTốt."); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SaveProposal(lan, round, daNang, reporting.ProposalInput{Text: "Bổ sung kinh phí"}); err != nil {
			t.Fatal(err)
		}
		if len(d.reported("2026-Q3", daNang)) != 0 {
			t.Error("a draft is an observation")
		}
		d.must(lan, round, daNang, filing.Submit)
		_, err = d.step(lan, round, daNang, filing.Sign)
		says(t, err, fault.Forbidden, "Lãnh đạo ký duyệt")
		_, err = d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS07"], Value: "1"}})
		says(t, err, fault.Conflict, "Trình duyệt")
		if desk, err := d.Desk(minh); err != nil || !slices.Contains(desk.Open[0].Steps, filing.Sign) {
			t.Errorf("%+v, %v", desk, err)
		}
		d.must(minh, round, daNang, filing.Sign)
		own := d.as("van-phong-tinh", access.Office, daNang)
		_, err = d.step(own, round, daNang, filing.Receive)
		says(t, err, fault.Forbidden, "Cơ quan thường trực") // of the nation, to whom the report is owed
		d.must(office, round, daNang, filing.Return, func(r *reporting.ReportStep) {
			r.Remarks = map[string]string{"CPS08": "Mẫu số thấp hơn quý trước"}
		})
		if row := d.row(lan, round, daNang, "CPS08"); row.Cell.Returned != "Mẫu số thấp hơn quý trước" {
			t.Errorf("%+v", row.Cell)
		}
		_, err = d.step(lan, round, daNang, filing.Submit)
		says(t, err, fault.Invalid, "1 ô bị trả lại chưa sửa")
		d.put(lan, round, daNang, "CPS08", parts("190", "200"))
		d.must(lan, round, daNang, filing.Submit)
		d.must(minh, round, daNang, filing.Sign)
		d.must(office, round, daNang, filing.Receive)
		if got := strings.Join(d.reported("2026-Q3", daNang), "; "); got != "CPS03=value – 1250000; CPS07=value 80/100 –; CPS08=value 190/200 –" {
			t.Errorf("reported %q", got)
		}
		page := d.page(lan, round, daNang)
		var steps []string
		for _, e := range page.Events {
			steps = append(steps, string(e.Step))
		}
		if s := strings.Join(steps, " "); s != "opened submit sign return submit sign receive" || page.State != filing.Received || !page.OnTime {
			t.Errorf("%s, %s", s, page.State)
		}
		if page.Sections[0].Body != "Đã triển khai.\nTốt." || len(page.Proposals) != 1 || page.Events[3].Remarks[0].Code != "CPS08" {
			t.Errorf("%+v %+v", page.Sections, page.Events[3])
		}
		if err := d.AnswerProposal(office, round, daNang, page.Proposals[0].ID, "Đã chuyển Bộ Tài chính"); err != nil {
			t.Error(err)
		}
		says(t, d.AnswerProposal(lan, round, daNang, page.Proposals[0].ID, "x"), fault.Forbidden, "Cơ quan thường trực")
	})
}

func TestReport_CorrectionAfterReceipt(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		send := func() {
			d.must(lan, round, daNang, filing.Submit)
			d.must(minh, round, daNang, filing.Sign)
			d.must(office, round, daNang, filing.Receive)
		}
		d.fill(lan, round, daNang)
		send()
		first := d.reported("2026-Q3", daNang)
		_, err := d.step(lan, round, daNang, filing.Correct)
		says(t, err, fault.Invalid, "Hãy ghi lý do")
		d.must(lan, round, daNang, filing.Correct, because("Sai mẫu số"))
		d.put(lan, round, daNang, "CPS07", parts("85", "100"))
		if got := d.reported("2026-Q3", daNang); !slices.Equal(got, first) {
			t.Errorf("an unreceived correction changed %q", got)
		}
		send()
		page := d.page(lan, round, daNang)
		if page.Version != 2 || slices.Equal(d.reported("2026-Q3", daNang), first) {
			t.Errorf("version %d, %q", page.Version, d.reported("2026-Q3", daNang))
		}
		var observation int64
		if err := d.store.Read(t.Context(), time.Time{}, func(v *store.View) error {
			points, err := v.AgencySeries(daNang)
			for _, pt := range points {
				if pt.Definition == d.defs["CPS07"] && pt.Period.Key == "2026-Q3" && pt.Source.System == kpi.Reported {
					observation = pt.Observation
					if pt.Versions != 2 {
						t.Errorf("%d versions", pt.Versions)
					}
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		e, err := d.Evidence(office, observation, ledger.Live)
		if err != nil || len(e.History) != 2 || e.History[0].Report == nil || e.History[0].Report.Signer != "minh" || !e.History[0].Report.Readable || e.History[1].Report.Round != round {
			t.Fatalf("%+v, %v", e, err)
		}
		viewer := d.as("khach", access.Committee, daNang)
		if e, err := d.Evidence(viewer, observation, ledger.Live); err != nil || e.History[0].Report.Signer != "" {
			t.Errorf("names are shown to a committee: %+v, %v", e.History[0].Report, err)
		}
	})
}

func TestReport_TwoPeopleInOneCell(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan, hoa := d.as("lan", access.Reporter, daNang), d.as("hoa", access.Reporter, daNang)
		both := d.row(lan, round, daNang, "CPS07")
		d.put(hoa, round, daNang, "CPS07", parts("70", "100"))
		res, err := d.SaveCells(lan, round, daNang, []reporting.CellInput{
			{Definition: both.Definition.ID, Seen: both.Cell.Version, Numerator: "60", Denominator: "100"},
			{Definition: d.defs["CPS03"], Value: "12"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if c := res.Cells[0]; !strings.Contains(c.Conflict, "hoa vừa ghi ô này") || c.Row.Numerator != "70" || c.Mine.Numerator != "60" {
			t.Errorf("%+v", c)
		}
		if c := res.Cells[1]; c.Conflict != "" || c.Row.Shown != "12" || res.Complete.Filled != 2 {
			t.Errorf("%+v %+v", c, res.Complete)
		}
		// The same content again is no conflict, whatever version was seen.
		res, err = d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: both.Definition.ID, Seen: 0, Numerator: "70", Denominator: "100"}})
		if err != nil || res.Cells[0].Conflict != "" {
			t.Errorf("%+v, %v", res, err)
		}
		if _, err := d.SaveSection(lan, round, daNang, 1, 0, "Một"); err != nil {
			t.Fatal(err)
		}
		_, err = d.SaveSection(hoa, round, daNang, 1, 0, "Hai")
		says(t, err, fault.Conflict, "lan vừa ghi mục")
	})
}

func TestReport_CellsAreChecked(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		c := d.put(lan, round, daNang, "CPS07", parts("120", "100"))
		if len(c.Row.Cell.Faults) != 1 || c.Row.Cell.Figure.State != "" || c.Row.Numerator != "120" {
			t.Errorf("%+v", c.Row.Cell)
		}
		c = d.put(lan, round, daNang, "CPS03", value("mười hai"))
		if len(c.Row.Cell.Faults) != 1 || c.Row.Value != "mười hai" {
			t.Errorf("%+v", c.Row.Cell)
		}
		c = d.put(lan, round, daNang, "CPS03", value("1.234")) // as the grid shows it: a count has no decimals
		if len(c.Row.Cell.Faults) != 0 || c.Row.Shown != "1.234" || c.Row.Value != "1.234" {
			t.Errorf("%+v", c.Row)
		}
		if c = d.put(lan, round, daNang, "CPS07", parts("-", "")); c.Row.Cell.Figure.State != kpi.NotApplicable || c.Row.Shown != "Không phát sinh" {
			t.Errorf("%+v", c.Row)
		}
		_, err := d.FillNone(lan, round, daNang, nil)
		says(t, err, fault.Invalid, "Chưa chọn ô nào")
		if b, err := d.FillNone(lan, round, daNang, []int64{d.defs["CPS08"], d.defs["CPS03"]}); err != nil || b.Cells != 1 {
			t.Errorf("%+v, %v", b, err)
		}
		if page := d.page(lan, round, daNang); page.Complete.Filled != 3 || page.Blocking != "" {
			t.Errorf("%+v %s", page.Complete, page.Blocking)
		}
	})
}

func TestReport_KnownFigures(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		d.write(func(tx *store.Tx) error {
			_, err := tx.Accept([]store.Fact{{Period: kpi.MustPeriod("2026-Q3"), Definition: d.defs["CPS07"], Agency: daNang, System: kpi.EMC,
				Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(81)), Den: vi.Some(vi.Int(100))}}})
			return err
		})
		row := d.row(lan, round, daNang, "CPS07")
		if row.Known == nil || row.Known.Source != kpi.EMC || row.Known.Text != "81,00\u00a0% (81/100)" || row.Known.Agrees {
			t.Fatalf("%+v", row.Known)
		}
		c := d.put(lan, round, daNang, "CPS07", func(in *reporting.CellInput) { in.Stance = filing.Confirmed })
		if c.Row.Numerator != "81" || c.Row.Cell.Known.Stance != filing.Confirmed || !c.Row.Known.Agrees {
			t.Errorf("%+v", c.Row)
		}
		_, err := d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS07"], Seen: 1, Numerator: "70", Denominator: "100", Stance: filing.Disputed}})
		says(t, err, fault.Invalid, "Hãy ghi lý do không đồng ý")
		c = d.put(lan, round, daNang, "CPS07", func(in *reporting.CellInput) {
			in.Numerator, in.Stance, in.Dispute = "70", filing.Disputed, "EMC đếm cả hồ sơ thử"
		})
		if c.Row.Cell.Known.Reason == "" || c.Row.Cell.Known.Source != kpi.EMC {
			t.Errorf("%+v", c.Row.Cell.Known)
		}
		c = d.put(lan, round, daNang, "CPS07", func(in *reporting.CellInput) { in.Explained = "vì số liệu mới" })
		_, err = d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS07"], Seen: c.Row.Cell.Version, Numerator: "70", Denominator: "100", Explained: "..."}})
		says(t, err, fault.Invalid, "chưa phải là giải trình")
	})
}

// The figure of the period before is taken over only when somebody says so, and goes through the checks.
func TestReport_TakePrevious(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		lan := d.as("lan", access.Reporter, daNang)
		d.write(func(tx *store.Tx) error {
			_, err := tx.Accept([]store.Fact{
				{Period: kpi.MustPeriod("2026-Q2"), Definition: d.defs["CPS03"], Agency: daNang, System: kpi.Reported, Figure: kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(1234))}},
				{Period: kpi.MustPeriod("2026-Q2"), Definition: d.defs["CPS07"], Agency: daNang, System: kpi.Reported, Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(120)), Den: vi.Some(vi.Int(100))}},
			})
			return err
		})
		if row := d.row(lan, round, daNang, "CPS03"); row.Cell.Figure.State != "" || row.Previous == nil {
			t.Fatalf("taken over by itself: %+v", row)
		}
		take := func(in *reporting.CellInput) { in.TakePrevious = true }
		c := d.put(lan, round, daNang, "CPS03", take)
		if c.Row.Shown != "1.234" || c.Row.Cell.Note != "Lấy lại số liệu quý II năm 2026" || c.Row.Cell.Known.Stance != "" {
			t.Errorf("%+v", c.Row)
		}
		if c = d.put(lan, round, daNang, "CPS07", take); len(c.Row.Cell.Faults) != 1 || c.Row.Cell.Figure.State != "" {
			t.Errorf("what the checks refuse was taken over: %+v", c.Row.Cell)
		}
		if c = d.put(lan, round, daNang, "CPS03", value("1300")); c.Row.Cell.Note != "" {
			t.Errorf("another figure is still noted as taken over: %+v", c.Row.Cell)
		}
		_, err := d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS03"], Seen: c.Row.Cell.Version, Value: "1300", TakePrevious: true}})
		says(t, err, fault.Invalid, "đã có số")
		_, err = d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS08"], TakePrevious: true}})
		says(t, err, fault.Invalid, "chưa có số liệu kỳ trước")
		_, err = d.SaveCells(lan, round, daNang, []reporting.CellInput{{Definition: d.defs["CPS03"], Seen: c.Row.Cell.Version, Value: "1300", Stance: filing.Confirmed}})
		says(t, err, fault.Invalid, "từ hệ thống khác")
	})
}
