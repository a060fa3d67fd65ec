package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chiso/internal/access"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// catalogue takes the catalogue down or up.
func (p *program) catalogue(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "export":
			return p.exportCatalogue(ctx, args[1:])
		case "import":
			return p.importCatalogue(ctx, args[1:])
		}
	}
	return usagef("catalogue cần export hoặc import.")
}

func (p *program) exportCatalogue(ctx context.Context, args []string) error {
	fs := p.flags("catalogue export")
	var out string
	fs.StringVar(&out, "o", "", "tệp .xlsx sẽ ghi")
	tables, err := parse(fs, args)
	if err != nil {
		return err
	}
	if out == "" {
		return usagef("catalogue export cần -o F.xlsx.")
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	_, data, err := a.CatalogueFile(access.With(ctx, access.Machine(accountName())), tables...)
	if err != nil {
		return err
	}
	if err := writeFile(out, data); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, "Đã ghi", out)
	return nil
}

func (p *program) importCatalogue(ctx context.Context, args []string) error {
	fs := p.flags("catalogue import")
	var req catalogue.Request
	var day, format, account string
	fs.StringVar(&req.Document.Number, "number", "", "số của văn bản làm căn cứ")
	fs.StringVar(&day, "day", "", "ngày của văn bản: 01/04/2026")
	fs.StringVar(&req.Document.Issuer, "issuer", "", "cơ quan ban hành văn bản")
	fs.StringVar(&req.Reason, "reason", "", "lý do, ghi cùng phiên bản dữ liệu")
	fs.StringVar(&account, "account", accountName(), "tài khoản cập nhật danh mục")
	fs.BoolVar(&req.DryRun, "dry-run", false, "chỉ xem trước, không lưu")
	fs.StringVar(&format, "format", "table", "table hoặc json")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return usagef("catalogue import cần đúng một tệp.")
	}
	if err := oneOf("format", format, "table", "json"); err != nil {
		return err
	}
	if day != "" {
		if req.Document.Day, err = vi.ParseDay(day); err != nil {
			return usagef("Không hiểu ngày %q. Hãy ghi như 01/04/2026.", day)
		}
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "Không đọc được tệp %s.", files[0])
	}
	req.File = ledger.ImportFile{Name: filepath.Base(files[0]), Data: data}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	res, err := a.ImportCatalogue(access.With(ctx, access.Machine(account)), req)
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(p.stdout, res)
	} else {
		p.printCatalogue(res, req.DryRun)
	}
	if err == nil && res.Refused() {
		return errRefused
	}
	return err
}

func (p *program) printCatalogue(res *catalogue.Result, dry bool) {
	for _, f := range res.Findings {
		where := f.Sheet
		if f.Cell != "" {
			where += "!" + f.Cell
		}
		fmt.Fprintf(p.stdout, "%s\t%s\t%s\n", map[string]string{"error": "LỖI", "warning": "CẢNH BÁO"}[string(f.Severity)], where, f.Message)
	}
	for _, c := range res.Changes {
		fmt.Fprintf(p.stdout, "%s\t%s\t%s\n", c.Kind.Title(), c.Table, strings.Join(c.Key, ", "))
		if c.Kind == catalogue.Altered {
			for _, cell := range c.Cells {
				fmt.Fprintf(p.stdout, "\t%s: %q → %q\n", cell.Column, cell.Before, cell.After)
			}
		}
	}
	switch {
	case res.Refused():
		fmt.Fprintln(p.stderr, "Từ chối: chưa lưu gì.")
	case dry:
		fmt.Fprintf(
			p.stderr,
			"Xem trước: thêm %d, sửa %d, bỏ %d dòng. Chưa lưu gì.\n",
			res.Count(catalogue.Added),
			res.Count(catalogue.Altered),
			res.Count(catalogue.Ended),
		)
	case res.Revision == nil:
		fmt.Fprintln(p.stderr, "Danh mục không thay đổi.")
	default:
		fmt.Fprintf(
			p.stderr,
			"Đã nhận: thêm %d, sửa %d, bỏ %d dòng, phiên bản dữ liệu %d.\n",
			res.Count(catalogue.Added),
			res.Count(catalogue.Altered),
			res.Count(catalogue.Ended),
			*res.Revision,
		)
	}
}
