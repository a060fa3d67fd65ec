package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// RoundRequest opens a round. What is left out follows the regime's rules.
type RoundRequest struct {
	Regime   string
	Period   string
	Name     string
	Blocks   []string // who owes: blocks …
	Agencies []agency.ID
	Window   filing.Window   // zero: by the cut-off rule
	Due      filing.Deadline // zero: by the due rule
	Columns  string          // of an ad hoc round: header row and units, see filing.ParseColumns
	Reason   string
	Document ledger.Document // that asks for it; may be left out
	// ActsConfirmedBy names who confirms that indicators are asked for whose legal basis has ended.
	ActsConfirmedBy string
}

// RoundChange changes a round, or one agency's deadline in it.
type RoundChange struct {
	Action   filing.RoundAction
	Agency   agency.ID // whose deadline is extended
	Window   filing.Window
	Due      filing.Deadline
	Reason   string
	Document ledger.Document
}

// OpenRound opens a round and returns its id.
func (a *Room) OpenRound(ctx context.Context, req RoundRequest) (id int64, err error) {
	defer fault.Context(&err, "reporting.OpenRound")
	p, err := kpi.ParsePeriod(vi.Clean(req.Period))
	if err != nil {
		return 0, err
	}
	var columns []filing.Column
	if strings.TrimSpace(req.Columns) != "" {
		if columns, err = filing.ParseColumns(req.Columns); err != nil {
			return 0, err
		}
	}
	who, err := ledger.Writer(ctx, access.RunRound)
	if err != nil {
		return 0, err
	}
	_, err = a.Write(ctx, store.Change{Account: who, Reason: "Mở đợt báo cáo " + p.Title()}, func(tx *store.Tx) error {
		o := &opening{app: a, ctx: ctx, tx: tx, req: req, columns: columns}
		id, err = o.open(p)
		return err
	})
	return id, err
}

// opening is the opening of one round.
type opening struct {
	app     *Room
	ctx     context.Context
	tx      *store.Tx
	req     RoundRequest
	columns []filing.Column
	c       *ledger.Catalogue
	regime  filing.Regime
}

func (o *opening) open(p kpi.Period) (int64, error) {
	var err error
	if o.c, err = o.app.Catalogue(&o.tx.View); err != nil {
		return 0, err
	}
	r, err := o.round(p)
	if err != nil {
		return 0, err
	}
	if err := o.app.mayRun(o.ctx, o.c, o.regime, r.Forms(o.c.Forms)); err != nil {
		return 0, err
	}
	if err := o.check(r); err != nil {
		return 0, err
	}
	confirmed, err := o.mayCite(r)
	if err != nil {
		return 0, err
	}
	if confirmed != "" {
		o.req.Reason = strings.Trim(o.req.Reason+". "+confirmed, ". ")
	}
	if o.req.Document.Number != "" {
		if err := ledger.CheckDocument(o.req.Document); err != nil {
			return 0, err
		}
		if r.Document, err = o.tx.SaveDocument(o.req.Document); err != nil {
			return 0, err
		}
		o.tx.Cite(r.Document)
	}
	id, err := o.tx.OpenRound(r, filing.RoundEvent{Reason: o.req.Reason})
	if err == nil {
		ledger.NoteRound(o.tx, "round_opened", id, "", o.regime.Owner, "Mở đợt "+r.Name, o.req.Reason)
	}
	if err != nil || len(o.columns) == 0 {
		return id, err
	}
	r.ID = id
	return id, o.adHoc(r)
}

// round fills in what the regime's rules say.
func (o *opening) round(p kpi.Period) (filing.Round, error) {
	req := o.req
	r := filing.Round{Regime: req.Regime, Period: p, Blocks: req.Blocks, Agencies: req.Agencies, Window: req.Window, Due: req.Due}
	var ok bool
	if o.regime, ok = o.c.Regime(req.Regime, p.To); !ok {
		return r, fault.New(fault.Invalid, "Không có chế độ báo cáo %q có hiệu lực ngày %s.", req.Regime, p.To)
	}
	if !o.regime.Fits(p) {
		return r, fault.New(
			fault.Invalid,
			"Chế độ %s báo cáo theo %s, không mở được cho %s.",
			o.regime.Name,
			FrequencyTitle(o.regime.Frequency),
			strings.ToLower(p.Title()),
		)
	}
	r.Name = cmp.Or(vi.Clean(req.Name), o.regime.Name)
	var err error
	switch {
	case r.Window != (filing.Window{}):
	case o.regime.Cutoff == filing.Free:
		r.Window = filing.Window{From: p.From, To: p.To}
	default:
		if r.Window, err = o.regime.Cutoff.Window(p); err != nil {
			return r, err
		}
	}
	if r.Due.IsZero() {
		if r.Due, err = o.regime.Due.Deadline(r.Window.To, o.c.Calendar); err != nil {
			return r, err
		}
	}
	if len(r.Blocks) == 0 && len(r.Agencies) == 0 {
		r.Blocks = o.regime.Blocks
	}
	return r, nil
}

// check refuses a round that asks for nothing, of nobody, or twice.
func (o *opening) check(r filing.Round) error {
	switch {
	case r.Window.From > r.Window.To:
		return fault.New(fault.Invalid, "Ngày bắt đầu số liệu %s sau ngày chốt %s.", r.Window.From, r.Window.To)
	case r.Due.Day < r.Window.From:
		return fault.New(fault.Invalid, "Hạn nộp %s trước ngày bắt đầu số liệu %s.", r.Due, r.Window.From)
	}
	for _, b := range r.Blocks {
		if _, ok := o.c.Agencies.Block(b); !ok {
			return fault.New(fault.Invalid, "Không có khối %q.", b)
		}
	}
	for _, id := range r.Agencies {
		if _, ok := o.c.Agencies.On(id, r.Period.To); !ok {
			return fault.New(fault.Invalid, "Đơn vị %q không tồn tại ngày %s, ngày cuối của kỳ.", string(id), r.Period.To)
		}
	}
	if len(r.Duties(o.c.Agencies, nil, o.app.Today())) == 0 {
		return fault.New(fault.Invalid, "Chưa có đơn vị nào phải báo cáo. Hãy chọn khối hoặc đơn vị.")
	}
	if len(r.Forms(o.c.Forms)) == 0 && len(o.columns) == 0 {
		return fault.New(
			fault.Invalid,
			"Chế độ %s không có biểu mẫu nào có hiệu lực ngày %s. Hãy thêm biểu mẫu vào danh mục, hoặc ghi các cột cần hỏi.",
			o.regime.Name,
			r.Period.To,
		)
	}
	if o.regime.Kind != filing.Periodic {
		return nil
	}
	all, err := o.tx.Rounds()
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Regime == r.Regime && x.Period.Key == r.Period.Key {
			return fault.New(
				fault.Conflict,
				"Chế độ %s đã có đợt cho %s (đợt số %d). Nếu cần, hãy đổi thời gian hoặc gia hạn trong đợt đó.",
				o.regime.Name,
				strings.ToLower(r.Period.Title()),
				x.ID,
			)
		}
	}
	return nil
}

// adHoc makes the form of the columns. A column that is called like an indicator is that indicator, so that nobody enters a
// figure under two codes (Nghị định 09/2019/NĐ-CP: no duplicate reports).
func (o *opening) adHoc(r filing.Round) error {
	raw, err := o.tx.Catalogue()
	if err != nil {
		return err
	}
	f := filing.Form{Regime: r.Regime, Code: fmt.Sprintf("DX%d", r.ID), Name: r.Name, From: r.Period.From, To: r.Period.To, Round: r.ID}
	if r.Document != 0 {
		f.Basis = o.req.Document.String()
	}
	for i, col := range o.columns {
		item := filing.Item{Order: i + 1}
		switch same := o.c.Kpis.Find(col.Name, r.Period.To); len(same) {
		case 0:
			item.Indicator = fmt.Sprintf("DX%d_%d", r.ID, i+1)
			raw.Definitions = append(raw.Definitions, col.Definition(item.Indicator, r.Period, f.Basis))
		case 1:
			if item.Indicator = same[0].Indicator.Code; vi.Fold(same[0].Unit) != vi.Fold(col.Unit) {
				return fault.New(
					fault.Invalid,
					"Cột %q trùng tên chỉ tiêu %s nhưng khác đơn vị tính: chỉ tiêu tính bằng %s. Hãy sửa đơn vị hoặc đặt tên khác.",
					col.Name,
					item.Indicator,
					same[0].Unit,
				)
			}
		default:
			return fault.New(fault.Invalid, "Tên cột %q trùng với %d chỉ tiêu. Hãy ghi mã chỉ tiêu hoặc đặt tên khác.", col.Name, len(same))
		}
		if slices.ContainsFunc(f.Items, func(x filing.Item) bool { return x.Indicator == item.Indicator }) {
			return fault.New(fault.Invalid, "Cột %q là chỉ tiêu %s đã có ở cột khác.", col.Name, item.Indicator)
		}
		f.Items = append(f.Items, item)
	}
	raw.Forms = append(raw.Forms, f)
	return o.tx.SaveCatalogue(raw)
}

// ChangeRound does one thing to a round: another window or deadline, more time for an agency, locked, unlocked.
func (a *Room) ChangeRound(ctx context.Context, id int64, ch RoundChange) (err error) {
	defer fault.Context(&err, "reporting.ChangeRound(%d)", id)
	ch.Reason = vi.Clean(ch.Reason)
	who, err := ledger.Writer(ctx, access.RunRound)
	if err != nil {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: who, Reason: fmt.Sprintf("Đợt báo cáo %d: %s. %s", id, ch.Action.Title(), ch.Reason)},
		func(tx *store.Tx) error {
			r, err := tx.Round(id)
			if err != nil {
				return err
			}
			c, err := a.Catalogue(&tx.View)
			if err != nil {
				return err
			}
			regime, _ := c.Regime(r.Regime, r.Period.To)
			if err := a.mayRun(ctx, c, regime, r.Forms(c.Forms)); err != nil {
				return err
			}
			e, err := a.roundEvent(c, r, ch)
			if err != nil {
				return err
			}
			if ch.Document.Number != "" {
				if err := ledger.CheckDocument(ch.Document); err != nil {
					return err
				}
				if e.Document, err = tx.SaveDocument(ch.Document); err != nil {
					return err
				}
				tx.Cite(e.Document)
			}
			what := r.Name + ": " + e.Action.Title()
			if e.Action == filing.RoundExtended {
				what += ", " + c.Agencies.Name(e.Agency, a.Today()) + " đến " + e.Due.String()
			}
			ledger.NoteRound(tx, "round_"+string(e.Action), id, e.Agency, regime.Owner, what, e.Reason)
			return tx.ChangeRound(r, e)
		})
	return err
}

// roundEvent checks a change and fills in what it leaves as it is.
func (a *Room) roundEvent(c *ledger.Catalogue, r filing.Round, ch RoundChange) (filing.RoundEvent, error) {
	e := filing.RoundEvent{Action: ch.Action, Agency: ch.Agency, Window: ch.Window, Due: ch.Due, Reason: ch.Reason}
	if ch.Reason == "" && ch.Action != filing.RoundLocked {
		return e, fault.New(fault.Invalid, "Hãy ghi lý do %s.", ch.Action.Title())
	}
	if e.Window == (filing.Window{}) {
		e.Window = r.Window
	}
	if e.Due.IsZero() {
		e.Due = r.Due
	}
	locked := r.Locked()
	switch ch.Action {
	case filing.RoundChanged:
		if e.Window.From > e.Window.To || e.Due.Day < e.Window.From {
			return e, fault.New(fault.Invalid, "Thời gian không hợp lệ: số liệu từ %s đến %s, hạn nộp %s.", e.Window.From, e.Window.To, e.Due)
		}
		if e.Window == r.Window && e.Due == r.Due {
			return e, fault.New(fault.Invalid, "Thời gian mới giống thời gian đang có.")
		}
	case filing.RoundExtended:
		if !slices.ContainsFunc(r.Duties(c.Agencies, nil, a.Today()), func(d filing.Duty) bool { return d.Agency == ch.Agency }) {
			return e, fault.New(fault.Invalid, "Đơn vị %q không phải báo cáo trong đợt này.", string(ch.Agency))
		}
		if e.Due.Compare(r.Due) <= 0 {
			return e, fault.New(fault.Invalid, "Hạn mới %s không sau hạn chung %s của đợt.", e.Due, r.Due)
		}
	case filing.RoundLocked, filing.RoundUnlocked:
		if locked == (ch.Action == filing.RoundLocked) {
			return e, fault.New(fault.Conflict, "Đợt báo cáo đã được %s trước đó.", map[bool]string{true: "khóa", false: "mở khóa"}[locked])
		}
		return e, nil
	default:
		return e, fault.New(fault.Invalid, "Không có thao tác này đối với đợt báo cáo.")
	}
	if locked {
		return e, fault.New(fault.Conflict, "Đợt báo cáo đã khóa. Hãy mở khóa trước khi %s.", ch.Action.Title())
	}
	return e, nil
}

// mayRun checks that the actor of the context runs rounds of a regime: as the office of its owner, perhaps narrowed to the
// regime or to a group of indicators of its forms.
func (a *Room) mayRun(ctx context.Context, c *ledger.Catalogue, r filing.Regime, forms []filing.Form) error {
	return access.Ground{Tree: c.Agencies, Day: a.Today()}.Check(access.From(ctx), access.RunRound, RoundTarget(c, r, forms))
}

func RoundTarget(c *ledger.Catalogue, r filing.Regime, forms []filing.Form) access.Target {
	target := access.Target{Agency: r.Owner, Scopes: []string{r.Code}}
	for _, f := range forms {
		for _, it := range f.Items {
			if d, ok := c.Definition(it.Indicator); ok && !slices.Contains(target.Scopes, d.Indicator.Pillar) {
				target.Scopes = append(target.Scopes, d.Indicator.Pillar)
			}
		}
	}
	return target
}
