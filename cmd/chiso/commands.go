package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// printJSON writes v as indented JSON. Letters stay as they are, also < and &.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// accountName names who runs a command on this machine.
func accountName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "cli:" + u.Username
	}
	return "cli"
}

func (p *program) importFiles(ctx context.Context, args []string) error {
	fs := p.flags("import")
	var req receive.Request
	var agencyID, source, format, marked string
	fs.StringVar(&req.Period, "period", "", "kỳ của các dòng không ghi kỳ")
	fs.StringVar(&req.Indicator, "indicator", "", "mã chỉ tiêu của các dòng không ghi chỉ tiêu")
	fs.StringVar(&agencyID, "agency", "", "chỉ nhận số liệu của đơn vị này")
	fs.StringVar(&source, "source", string(kpi.Reported), "nguồn số liệu")
	fs.StringVar(&req.Account, "account", accountName(), "tài khoản nạp số liệu")
	fs.StringVar(&req.Reason, "reason", "", "lý do, ghi cùng phiên bản dữ liệu")
	fs.StringVar(&req.Explain, "explain", "", "một dòng giải trình cho mọi cảnh báo, lưu cùng số liệu")
	fs.BoolVar(&req.DryRun, "dry-run", false, "chỉ kiểm tra, không lưu")
	fs.StringVar(&marked, "marked", "", "thư mục ghi các tệp có lỗi, cảnh báo đã được đánh dấu")
	chosen := chosenColumns{}
	fs.Var(chosen, "match", "cột nào là số liệu gì: 'E=CPS08.num', 'G=-' cho cột không đọc; ghi được nhiều lần")
	var matchFile, writeMatch string
	fs.StringVar(&matchFile, "match-file", "", "tệp cách ghép cột (do --write-match hoặc trang Cách đọc tệp ghi ra)")
	fs.StringVar(&writeMatch, "write-match", "", "ghi cách ghép cột đã dùng vào tệp này")
	fs.StringVar(&format, "format", "table", "table, csv hoặc json")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usagef("import cần ít nhất một tệp.")
	}
	if err := oneOf("format", format, "table", "csv", "json"); err != nil {
		return err
	}
	system, ok := kpi.ParseSystem(source)
	if !ok {
		return unknownSource(source)
	}
	req.Agency, req.Source, req.Choose = agency.ID(agencyID), system, chosen
	if req.Remembered, err = readMatchFile(matchFile); err != nil {
		return err
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return fault.Wrap(err, fault.NotFound, "Không đọc được tệp %s.", name)
		}
		req.Files = append(req.Files, ledger.ImportFile{Name: filepath.Base(name), Data: data})
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	// A million rows keep a hundred megabytes of keys alive; collecting a little more often holds the
	// whole import under 256 MB.
	defer debug.SetGCPercent(debug.SetGCPercent(receive.ImportGCPercent))
	if marked != "" { // before the import, whose figures are history to what is checked after it
		if err := p.mark(ctx, a, req, marked); err != nil {
			return err
		}
	}
	res, err := a.Import(ctx, req)
	if err != nil {
		return err
	}
	if err := p.printImport(res, format); err != nil {
		return err
	}
	if err := writeMatchFile(writeMatch, res); err != nil {
		return err
	}
	if !res.Accepted {
		return errRefused
	}
	return nil
}

func unknownSource(code string) error {
	return usagef("--source %q không có. Các nguồn: reported, appraised, dvcqg, emc, published, register, illustrative.", code)
}

// mark writes the files in which something is wrong into a folder, marked. Two files of one name
// get different ones there.
func (p *program) mark(ctx context.Context, a *app.App, req receive.Request, dir string) error {
	files, err := a.MarkedFiles(ctx, req)
	if err != nil {
		return err
	}
	return p.writeMarked(files, dir)
}

// writeFile writes what a command made, for whoever ran it: it may hold figures that are not released.
func writeFile(path string, data []byte) error {
	return fault.Wrap(os.WriteFile(path, data, 0o600), fault.Invalid, "Không ghi được tệp %s.", path)
}

// writeMarked writes marked files into a folder.
func (p *program) writeMarked(files []ledger.ImportFile, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(err, fault.Invalid, "Không tạo được thư mục %s.", dir)
	}
	used := map[string]bool{}
	for _, f := range files {
		name := f.Name
		for i := 2; used[name]; i++ {
			name = fmt.Sprintf("%s %d.xlsx", strings.TrimSuffix(f.Name, ".xlsx"), i)
		}
		used[name] = true
		path := filepath.Join(dir, name)
		if err := writeFile(path, f.Data); err != nil {
			return err
		}
		fmt.Fprintln(p.stderr, "Đã ghi tệp đánh dấu lỗi:", path)
	}
	return nil
}

func (p *program) printImport(res *receive.Result, format string) error {
	switch format {
	case "json":
		return printJSON(p.stdout, res)
	case "csv":
		return p.csv(findingColumns(), func(add func(...string)) {
			for _, f := range res.Files {
				addFindings(add, f.File, f.Findings)
			}
		})
	}
	for _, f := range res.Files {
		o := f.Observations
		fmt.Fprintf(p.stdout, "%s: mới %s, không đổi %s, thay thế %s\n", f.File, count(o.New), count(o.Unchanged), count(o.Superseded))
		p.printFindings(f.Findings)
		p.printOpenColumns(f.Columns)
	}
	switch {
	case !res.Accepted:
		fmt.Fprintln(p.stdout, "Không nhận: chưa lưu số liệu nào. Hãy sửa các lỗi trên rồi nạp lại.")
	case res.DryRun:
		fmt.Fprintln(p.stdout, "Kiểm tra xong, chưa lưu gì.")
	case res.Revision == nil:
		fmt.Fprintln(p.stdout, "Đã nhận; không có gì thay đổi.")
		for _, name := range res.Recovered {
			fmt.Fprintf(p.stdout, "Đã lấy lại tệp gốc bị mất: %s.\n", name)
		}
	default:
		fmt.Fprintf(p.stdout, "Đã nhận, phiên bản dữ liệu %d.\n", *res.Revision)
	}
	return nil
}

// findingColumns heads the CSV of addFindings.
func findingColumns() []string {
	return []string{"file", "severity", "sheet", "cell", "code", "message"}
}

func addFindings(add func(...string), file string, findings []check.Finding) {
	for _, x := range findings {
		add(file, string(x.Severity), x.Sheet, x.Cell, x.Code, x.Message)
	}
}

func (p *program) printFindings(findings []check.Finding) {
	for _, x := range findings {
		fmt.Fprintf(p.stdout, "  %s %s: %s\n", severity(x.Severity), place(x), x.Message)
	}
}

func count(n int) string { return vi.FormatInt(int64(n)) }

func severity(s check.Severity) string {
	switch s {
	case check.Error:
		return "LỖI"
	case check.Warning:
		return "CẢNH BÁO"
	}
	return "LƯU Ý"
}

func place(f check.Finding) string {
	if f.Cell == "" {
		return f.Sheet
	}
	return f.Sheet + "!" + f.Cell
}

// csv writes a table as CSV that Excel opens, no text of it as a formula.
func (p *program) csv(header []string, rows func(add func(...string))) error {
	w := csv.NewWriter(p.stdout)
	_ = w.Write(header) // Flush and Error report it
	rows(func(cells ...string) {
		for i := range cells {
			cells[i] = vi.Unformula(cells[i])
		}
		_ = w.Write(cells)
	})
	w.Flush()
	return w.Error()
}

// asOf reads a moment: RFC 3339, or a day, which means its end in Viet Nam.
func asOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return time.Time{}, err
	}
	day, err := time.ParseInLocation("2006-01-02", text, zone)
	if err != nil {
		return time.Time{}, usagef("--as-of %q: hãy ghi 2026-10-10 hoặc 2026-10-10T15:04:05+07:00.", text)
	}
	return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
}

func (p *program) rank(ctx context.Context, args []string) error {
	fs := p.flags("rank")
	q := figures.RankingQuery{View: ledger.Live} // whoever has the database may see it all
	var when, format string
	fs.StringVar(&q.Period, "period", "", "kỳ; bỏ trống lấy kỳ mới nhất có số liệu")
	fs.StringVar(&q.Block, "block", figures.DefaultBlock, "khối")
	fs.StringVar(&q.Source, "source", "", "nguồn; bỏ trống lấy nguồn xếp hạng của chỉ tiêu")
	fs.StringVar(&when, "as-of", "", "xem số liệu như tại thời điểm này")
	fs.StringVar(&format, "format", "table", "table, csv hoặc json")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("rank cần đúng một mã chỉ tiêu hoặc bộ chỉ số.")
	}
	if err := oneOf("format", format, "table", "csv", "json"); err != nil {
		return err
	}
	if _, ok := kpi.ParseSystem(q.Source); !ok && q.Source != "" {
		return unknownSource(q.Source)
	}
	q.Code = rest[0]
	if q.AsOf, err = asOf(when); err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	view, err := a.Ranking(ctx, q)
	if err != nil {
		return err
	}
	if s := view.Table.SourceFallback; s != "" {
		fmt.Fprintln(p.stderr, s) // beside the table in every format
	}
	switch format {
	case "json":
		return printJSON(p.stdout, figures.NewRankingDocument(view.Table))
	case "csv":
		return p.rankCSV(view.Table)
	}
	return p.rankTable(view.Table)
}

func optionalInt(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p *program) rankCSV(t *ranking.Table) error {
	header := []string{
		"rank",
		"agency",
		"name",
		"value",
		"numerator",
		"denominator",
		"published_rank",
		"previous_rank",
		"change",
		"reason",
		"detail",
	}
	return p.csv(header, func(add func(...string)) {
		for _, r := range t.Rows {
			change := ""
			if c, ok := r.Change(); ok {
				change = strconv.Itoa(c)
			}
			add(strconv.Itoa(r.Rank), string(r.Agency), r.Name, r.Value.String(), r.Num.String(), r.Den.String(),
				optionalInt(r.PublishedRank), optionalInt(r.PreviousRank), change, "", "")
		}
		for _, n := range t.NotRanked {
			add("", string(n.Agency), n.Name, "", "", "", "", "", "", string(n.Reason), n.Detail)
		}
	})
}

func (p *program) rankTable(t *ranking.Table) error {
	fmt.Fprintf(
		p.stdout,
		"%s – %s\n%s, %s. Nguồn: %s. Phiên bản dữ liệu %d.\n",
		t.Code,
		t.Name,
		t.Period.Title(),
		t.Block.Name,
		t.Source.Title(),
		t.Revision,
	)
	if t.Previous.None != "" {
		fmt.Fprintln(p.stdout, t.Previous.None)
	}
	if t.Illustrative() {
		fmt.Fprintln(p.stdout, "SỐ LIỆU MINH HỌA, không phải số thật.")
	}
	if t.Pooled.Value.Valid {
		fmt.Fprintf(p.stdout, "%s: %s %s\n", t.Pooled.Scope, vi.FormatNumber(t.Pooled.Value.Decimal, t.Decimals), t.Unit)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "Hạng\tĐơn vị\tGiá trị\tKỳ trước\tThay đổi\tHạng công bố\t")
	for _, r := range t.Rows {
		value, change := "", ""
		if r.Value.Valid {
			value = vi.FormatNumber(r.Value.Decimal, t.Decimals)
		}
		if c, ok := r.Change(); ok {
			change = fmt.Sprintf("%+d", c)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t\n", r.Rank, r.Name, value, optionalInt(r.PreviousRank), change, optionalInt(r.PublishedRank))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(t.NotRanked) > 0 {
		fmt.Fprintln(p.stdout, "Không xếp hạng:")
	}
	for _, n := range t.NotRanked {
		fmt.Fprintf(p.stdout, "  %s: %s. %s\n", n.Name, n.Reason.Title(), n.Detail)
	}
	return nil
}

func (p *program) seed(ctx context.Context, args []string) error {
	fs := p.flags("seed")
	load := fs.Bool("illustrative", false, "nạp thêm số liệu minh họa 2024-Q1 … 2026-Q3")
	remove := fs.Bool("remove-illustrative", false, "gỡ số liệu minh họa")
	accounts := fs.Bool("sample-accounts", false, "chỉ lập bốn tài khoản mẫu cục bộ với mật khẩu ngẫu nhiên mới và in ra")
	bare := fs.Bool("catalogue", false, "chỉ nạp danh mục, không nạp số liệu mẫu: cho máy đưa vào sử dụng")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	chosen := 0
	for _, one := range []bool{*load, *remove, *accounts, *bare} {
		if one {
			chosen++
		}
	}
	if len(rest) > 0 || chosen > 1 {
		return usagef("seed nhận một trong --catalogue, --illustrative, --remove-illustrative, --sample-accounts.")
	}
	if *accounts {
		return p.sampleAccounts(ctx)
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	if *remove {
		n, err := a.RemoveIllustrative(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Đã gỡ %s số liệu minh họa.\n", vi.FormatInt(n))
		return nil
	}
	fill := a.Seed
	if *bare {
		fill = a.SeedCatalogue
	}
	res, err := fill(ctx)
	if err != nil {
		return err
	}
	refused := p.printSeed(res)
	if *load {
		c, err := a.LoadIllustrative(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Số liệu minh họa: mới %s, không đổi %s.\n", count(c.New), count(c.Unchanged))
	}
	if refused {
		return errRefused
	}
	return nil
}

func (p *program) printSeed(res *catalogue.SeedResult) (refused bool) {
	if res.Catalogue {
		fmt.Fprintln(p.stdout, "Danh mục: đã cập nhật.")
	}
	for _, f := range res.Samples {
		o := f.Observations
		if o.New+o.Superseded > 0 {
			fmt.Fprintf(p.stdout, "%s: mới %s, không đổi %s, thay thế %s\n", f.File, count(o.New), count(o.Unchanged), count(o.Superseded))
		}
		refused = refused || !f.Accepted
		for _, x := range f.Findings {
			if x.Severity == check.Error {
				fmt.Fprintf(p.stdout, "  %s %s: %s\n", severity(x.Severity), place(x), x.Message)
			}
		}
	}
	return refused
}
