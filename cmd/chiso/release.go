package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/publish"
	"chiso/internal/filing"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// releaseArgs are the flags of `chiso release`, of which each verb takes its own.
type releaseArgs struct {
	id               int64
	req              publish.ReleaseRequest
	owner, kind, day string
	embargo, account string
	format, out      string
	codes            list
	version          int64
}

// release drafts, lists, shows, compares, approves and withdraws releases (bản công bố).
func (p *program) release(ctx context.Context, args []string) error {
	fs := p.flags("release")
	var r releaseArgs
	fs.StringVar(&r.owner, "owner", string(agency.Nation), "cơ quan công bố")
	fs.StringVar(&r.req.Period, "period", "", "kỳ")
	fs.StringVar(&r.kind, "kind", string(filing.Provisional), "provisional (sơ bộ) hoặc final (chính thức)")
	fs.StringVar(&r.req.Regime, "regime", "", "chế độ báo cáo; bỏ trống lấy mọi chỉ tiêu có số liệu")
	fs.Var(&r.codes, "code", "mã chỉ tiêu; lặp lại được")
	fs.StringVar(&r.req.Title, "title", "", "tên bản công bố")
	fs.StringVar(&r.req.Number, "number", "", "số văn bản")
	fs.StringVar(&r.day, "day", "", "ngày văn bản, dạng 2026-10-20")
	fs.StringVar(&r.embargo, "embargo", "", "không công bố trước thời điểm này, dạng 2026-10-20T08:00:00+07:00")
	fs.StringVar(&r.req.Note, "note", "", "ghi chú; khi rút bản đã phê duyệt: lý do rút")
	fs.StringVar(&r.account, "account", accountName(), "tài khoản thực hiện; người phê duyệt phải khác người lập")
	fs.Int64Var(&r.version, "version", 0, "phiên bản dự thảo đã xem, như release show in ra")
	fs.StringVar(&r.format, "format", "table", "table hoặc json")
	fs.StringVar(&r.out, "o", "", "ghi tệp Excel của bản công bố")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := oneOf("format", r.format, "table", "json"); err != nil {
		return err
	}
	verb := ""
	if len(rest) > 0 {
		verb = rest[0]
	}
	run, numbered := map[string]func(*program, context.Context, *app.App, *releaseArgs) error{"create": (*program).releaseCreate, "list": (*program).releaseList,
		"show": (*program).releaseShow, "diff": (*program).releaseDiff, "approve": (*program).releaseApprove, "withdraw": (*program).releaseWithdraw}[verb],
		verb != "create" &&
			verb != "list"
	if run == nil || numbered != (len(rest) == 2) || len(rest) > 2 {
		return usagef("release cần: create, list, hoặc show, diff, approve, withdraw kèm số bản công bố.")
	}
	if numbered {
		if r.id, err = strconv.ParseInt(rest[1], 10, 64); err != nil || r.id <= 0 {
			return usagef("số bản công bố %q không hợp lệ.", rest[1])
		}
	}
	if err := r.settle(); err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	return run(p, ctx, a, &r)
}

// settle reads the flags that are more than text.
func (r *releaseArgs) settle() (err error) {
	r.req.Owner, r.req.Kind, r.req.Codes = agency.ID(r.owner), filing.ReleaseKind(r.kind), r.codes
	if r.day != "" {
		if r.req.Day, err = vi.ParseISODate(r.day); err != nil {
			return usagef("--day %q: hãy ghi dạng 2026-10-20.", r.day)
		}
	}
	if r.embargo != "" {
		if r.req.Embargo, err = time.Parse(time.RFC3339, r.embargo); err != nil {
			return usagef("--embargo %q: hãy ghi dạng 2026-10-20T08:00:00+07:00.", r.embargo)
		}
	}
	return nil
}

func (r *releaseArgs) who() access.Actor { return access.Machine(r.account) }

func (p *program) releaseCreate(ctx context.Context, a *app.App, r *releaseArgs) error {
	if r.req.Period == "" {
		return usagef("release create cần --period.")
	}
	id, err := a.MakeRelease(ctx, r.who(), r.req)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Đã lập bản công bố số %d (dự thảo). Xem: chiso release show %d\n", id, id)
	return nil
}

func (p *program) releaseList(ctx context.Context, a *app.App, r *releaseArgs) error {
	all, err := a.Releases(ctx, r.who())
	if err != nil {
		return err
	}
	if r.format == "json" {
		docs := make([]releaseDocument, 0, len(all))
		for i := range all {
			docs = append(docs, newReleaseDocument(&all[i]))
		}
		return printJSON(p.stdout, docs)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "Số\tKỳ\tLoại\tTrạng thái\tVăn bản\tChỉ tiêu\tTên")
	for _, x := range all {
		fmt.Fprintf(
			w,
			"%d\t%s\t%s\t%s\t%s\t%d\t%s\n",
			x.ID,
			x.Period.Key,
			x.Kind.Title(),
			releaseState(&x),
			x.Number,
			len(x.Codes),
			x.Title,
		)
	}
	return w.Flush()
}

// releaseState is the state in words, with what the embargo and later releases make of it.
func releaseState(x *publish.ReleaseLine) string {
	switch {
	case x.Waiting:
		return "Chờ đến " + x.Since().In(filing.Zone()).Format("15:04 02/01/2006")
	case x.Shown:
		return "Đang có hiệu lực"
	case x.State == filing.ReleaseApproved:
		return "Đã được thay thế"
	}
	return x.State.Title()
}

func (p *program) releaseShow(ctx context.Context, a *app.App, r *releaseArgs) error {
	v, err := a.Release(ctx, r.who(), r.id)
	if err != nil {
		return err
	}
	if r.out != "" {
		_, data, err := a.ReleasePack(ctx, r.who(), r.id)
		if err != nil {
			return err
		}
		if err := writeFile(r.out, data); err != nil {
			return err
		}
		fmt.Fprintln(p.stderr, "Đã ghi", r.out)
	}
	if r.format == "json" {
		return printJSON(p.stdout, struct {
			releaseDocument
			Tables []filing.FrozenTable `json:"tables"`
		}{newReleaseDocument(&v.ReleaseLine), v.Tables})
	}
	fmt.Fprintf(
		p.stdout,
		"Bản công bố số %d: %s\n%s, %s, %s. Phiên bản dữ liệu %d. Phiên bản dự thảo %d.\n",
		v.ID,
		v.Title,
		v.Period.Title(),
		v.Kind.Title(),
		releaseState(&v.ReleaseLine),
		v.Revision,
		v.Version,
	)
	if v.Number != "" {
		fmt.Fprintf(p.stdout, "Văn bản: %s ngày %s\n", v.Number, v.Day)
	}
	fmt.Fprintf(p.stdout, "Người lập: %s. Phê duyệt: %s\nChỉ tiêu: %s\n", v.Made.Name, v.Decided.Name, strings.Join(v.Codes, ", "))
	if len(v.Lacks) > 0 {
		fmt.Fprintf(p.stdout, "Trước khi phê duyệt còn cần %s.\n", strings.Join(v.Lacks, ", "))
	}
	if v.Behind {
		fmt.Fprintln(p.stdout, "Số liệu đã thay đổi sau khi lập dự thảo.")
	}
	for _, t := range v.Tables {
		fmt.Fprintf(p.stdout, "\n%s – %s (%s, %d đơn vị)\n", t.Code, t.Name, t.BlockName, len(t.Rows))
		for _, row := range t.Rows {
			if row.Rank > 0 {
				fmt.Fprintf(p.stdout, "%4d  %s  %s\n", row.Rank, row.Name, frozenText(row, t.Decimals))
			}
		}
	}
	if len(v.Differences) > 0 {
		fmt.Fprintf(p.stdout, "\nKhác bản số %d ở %d dòng: chiso release diff %d\n", v.Supersedes, len(v.Differences), v.ID)
	}
	return nil
}

func (p *program) releaseDiff(ctx context.Context, a *app.App, r *releaseArgs) error {
	v, err := a.Release(ctx, r.who(), r.id)
	if err != nil {
		return err
	}
	if r.format == "json" {
		docs := make([]differenceDocument, 0, len(v.Differences))
		for _, d := range v.Differences {
			docs = append(
				docs,
				differenceDocument{
					Code:   d.Code,
					Block:  d.Block,
					Agency: string(d.Agency),
					Name:   d.AgencyName,
					Figure: d.Figure,
					Before: d.Before,
					After:  d.After,
				},
			)
		}
		return printJSON(p.stdout, docs)
	}
	if v.Supersedes == 0 {
		fmt.Fprintln(p.stdout, "Đây là bản công bố đầu tiên của các chỉ tiêu này.")
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "Chỉ tiêu\tĐơn vị\tTrước\tHạng trước\tSau\tHạng sau")
	for _, d := range v.Differences {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Code, d.AgencyName, frozenText(d.Before, d.Decimals), optionalInt(d.Before.Rank),
			frozenText(d.After, d.Decimals), optionalInt(d.After.Rank))
	}
	return w.Flush()
}

func frozenText(r filing.FrozenRow, decimals int) string {
	if r.Value.Valid {
		return vi.FormatNumber(r.Value.Decimal, decimals)
	}
	if r.Reason != "" {
		return r.Reason
	}
	return "–"
}

func (p *program) releaseApprove(ctx context.Context, a *app.App, r *releaseArgs) error {
	return p.releaseDecide(ctx, a, r, "Đã phê duyệt", a.ApproveRelease)
}

func (p *program) releaseWithdraw(ctx context.Context, a *app.App, r *releaseArgs) error {
	return p.releaseDecide(ctx, a, r, "Đã rút", func(ctx context.Context, who access.Actor, id, seen int64) error {
		return a.WithdrawRelease(ctx, who, id, seen, r.req.Note)
	})
}

// releaseDecide does something final to the draft that --version names.
func (p *program) releaseDecide(
	ctx context.Context,
	_ *app.App,
	r *releaseArgs,
	did string,
	decide func(context.Context, access.Actor, int64, int64) error,
) error {
	if r.version == 0 {
		return usagef("hãy ghi --version: phiên bản dự thảo mà bạn đã xem, như release show %d in ra.", r.id)
	}
	if err := decide(ctx, r.who(), r.id, r.version); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s bản công bố số %d.\n", did, r.id)
	return nil
}

// releaseDocument is a release in JSON.
type releaseDocument struct {
	ID         int64    `json:"id"`
	Owner      string   `json:"owner"`
	Period     string   `json:"period"`
	Kind       string   `json:"kind"`
	State      string   `json:"state"`
	Shown      bool     `json:"shown"`
	Title      string   `json:"title"`
	Number     string   `json:"number"`
	Day        string   `json:"day"`
	Revision   int64    `json:"revision"`
	Version    int64    `json:"version"`
	Supersedes int64    `json:"supersedes"`
	Codes      []string `json:"codes"`
	Embargo    string   `json:"embargo"`
}

func newReleaseDocument(x *publish.ReleaseLine) releaseDocument {
	d := releaseDocument{
		ID:         x.ID,
		Owner:      string(x.Owner),
		Period:     x.Period.Key,
		Kind:       string(x.Kind),
		State:      string(x.State),
		Shown:      x.Shown,
		Title:      x.Title,
		Number:     x.Number,
		Revision:   x.Revision,
		Version:    x.Version,
		Supersedes: x.Supersedes,
		Codes:      x.Codes,
	}
	if x.Day != 0 {
		d.Day = x.Day.Time().Format(time.DateOnly)
	}
	if !x.Embargo.IsZero() {
		d.Embargo = x.Embargo.UTC().Format(time.RFC3339)
	}
	return d
}

// differenceDocument is one difference in JSON.
type differenceDocument struct {
	Code   string           `json:"code"`
	Block  string           `json:"block"`
	Agency string           `json:"agency"`
	Name   string           `json:"name"`
	Figure bool             `json:"figure"`
	Before filing.FrozenRow `json:"before"`
	After  filing.FrozenRow `json:"after"`
}
