package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/intake"
)

// report writes a workbook of rankings, or a pack for a meeting, and says what a workbook that somebody brings is.
func (p *program) report(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "verify" {
		return p.reportVerify(ctx, args[1:])
	}
	fs := p.flags("report")
	q := publish.ReportQuery{View: ledger.Live}
	pack := publish.PackQuery{}
	var codes list
	var when, out, account, only, owner string
	fs.StringVar(&q.Period, "period", "", "kỳ")
	fs.Var(&codes, "code", "mã chỉ tiêu hoặc bộ chỉ số; lặp lại được")
	fs.StringVar(&q.Block, "block", "", "khối; bỏ trống lấy mọi khối có số liệu và số cả nước")
	fs.StringVar(&q.Source, "source", "", "nguồn; bỏ trống lấy nguồn xếp hạng của từng chỉ tiêu")
	fs.StringVar(&when, "as-of", "", "xem số liệu như tại thời điểm này")
	fs.Int64Var(&pack.Release, "release", 0, "số bản công bố; cùng --pack")
	fs.StringVar(&pack.Name, "pack", "", "bộ báo cáo: national, agency hoặc tên bộ đã lưu")
	fs.StringVar(&only, "agency", "", "chỉ dựng cho một đơn vị; cùng --pack")
	fs.StringVar(&owner, "owner", string(agency.Nation), "cơ quan công bố; cùng --pack")
	fs.StringVar(&account, "account", accountName(), "tài khoản thực hiện; cùng --pack")
	fs.StringVar(&out, "o", "", "tệp .xlsx sẽ ghi; .zip khi bộ có nhiều tệp")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if out == "" || len(rest) > 0 || (q.Period == "") == (pack.Release == 0) || pack.Release != 0 && pack.Name == "" {
		return usagef("report cần --period và -o F.xlsx, hoặc --release R --pack NAME -o F.")
	}
	q.Codes = codes
	if q.AsOf, err = asOf(when); err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	var b bytes.Buffer // nothing is written unless all of it is good
	if pack.Name == "" {
		err = a.Report(ctx, q, &b)
	} else {
		pack.Period, pack.Owner = q.Period, agency.ID(owner)
		err = packFile(ctx, a, account, pack, agency.ID(only), out, &b)
	}
	if err != nil {
		return err
	}
	if err := writeFile(out, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, "Đã ghi", out)
	return nil
}

// packFile writes the workbooks of a pack: one as it is, several as an archive.
func packFile(ctx context.Context, a *app.App, account string, q publish.PackQuery, only agency.ID, out string, b *bytes.Buffer) error {
	all, err := a.PackWorkbooks(ctx, access.Machine(account), q, only)
	if err != nil {
		return err
	}
	zipped := strings.HasSuffix(strings.ToLower(out), ".zip")
	if len(all) == 1 && !zipped {
		b.Write(all[0].Data)
		return nil
	}
	if !zipped {
		return usagef("bộ này có %d tệp: hãy ghi ra tệp .zip, hoặc chọn một đơn vị bằng --agency.", len(all))
	}
	return publish.ZipWorkbooks(b, all, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
}

// reportVerify says which release, pack and program version a workbook comes from and whether its content is as it was built.
func (p *program) reportVerify(ctx context.Context, args []string) error {
	fs := p.flags("report verify")
	format := fs.String("format", "table", "table hoặc json")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("report verify cần đúng một tệp .xlsx.")
	}
	if err := oneOf("format", *format, "table", "json"); err != nil {
		return err
	}
	data, err := os.ReadFile(rest[0])
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Không đọc được tệp %s.", rest[0])
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	c, err := a.VerifyFile(ctx, data)
	if err != nil {
		return err
	}
	if *format == "json" {
		if err := printJSON(p.stdout, newFileCheckDocument(c)); err != nil {
			return err
		}
	} else {
		p.printFileCheck(c)
	}
	if !c.Equal {
		return fault.New(fault.Invalid, "Nội dung tệp không được xác nhận.")
	}
	return nil
}

func (p *program) printFileCheck(c *publish.FileCheck) {
	fmt.Fprintf(p.stdout, "SHA-256: %s\n", c.SHA256)
	from := "Số liệu mới nhất khi dựng, không theo bản công bố"
	if c.Release != 0 {
		from = fmt.Sprintf("Bản công bố số %d: %s", c.Release, c.Title)
	}
	fmt.Fprintf(
		p.stdout,
		"%s\nBộ báo cáo: %s, kỳ %s. Phiên bản dữ liệu %d. Phiên bản chương trình %s.\n",
		from,
		c.Pack,
		c.Period,
		c.Revision,
		c.Program,
	)
	switch {
	case c.Known:
		fmt.Fprintf(p.stdout, "Đúng từng byte với bản lưu: %s\n", c.Kept)
	case c.Kept == "":
		fmt.Fprintln(p.stdout, "Không có bản lưu nào để đối chiếu.")
	case c.Equal:
		fmt.Fprintf(p.stdout, "Nội dung mọi ô đúng với bản lưu %s; tệp đã được lưu lại bằng chương trình khác.\n", c.Kept)
	default:
		fmt.Fprintf(p.stdout, "Nội dung KHÁC bản lưu %s:\n", c.Kept)
		for _, d := range c.Differs {
			fmt.Fprintln(p.stdout, " ", d)
		}
		if c.More > 0 {
			fmt.Fprintf(p.stdout, "  … và %d ô khác.\n", c.More)
		}
	}
}

// fileCheckDocument is a check of a file in JSON.
type fileCheckDocument struct {
	SHA256   string   `json:"sha256"`
	Known    bool     `json:"known"`
	Equal    bool     `json:"equal"`
	Release  int64    `json:"release"`
	Title    string   `json:"title"`
	Period   string   `json:"period"`
	Pack     string   `json:"pack"`
	Revision int64    `json:"revision"`
	Program  string   `json:"program"`
	Kept     string   `json:"kept"`
	Differs  []string `json:"differences"`
}

func newFileCheckDocument(c *publish.FileCheck) fileCheckDocument {
	d := fileCheckDocument{
		SHA256:   c.SHA256,
		Known:    c.Known,
		Equal:    c.Equal,
		Release:  c.Release,
		Title:    c.Title,
		Period:   c.Period,
		Pack:     c.Pack,
		Revision: c.Revision,
		Program:  c.Program,
		Kept:     c.Kept,
		Differs:  c.Differs,
	}
	if d.Differs == nil {
		d.Differs = []string{}
	}
	return d
}
