package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"chiso/internal/app"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// check verifies the database and says what it looked at, so that whoever runs it sees a stale or an empty copy.
func (p *program) check(ctx context.Context, args []string) error {
	fs := p.flags("check")
	var heads list
	var format string
	fs.Var(&heads, "head", "mốc nhật ký đã in (chân trang A4, bộ báo cáo, nhật ký máy chủ); ghi được nhiều mốc")
	fs.StringVar(&format, "format", "table", "table hoặc json")
	if err := alone(fs, args); err != nil {
		return err
	}
	if err := oneOf("format", format, "table", "json"); err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	return p.verify(ctx, a, format, heads...)
}

// verify checks the database and prints what was looked at and what was found.
func (p *program) verify(ctx context.Context, a *app.App, format string, heads ...string) error {
	res, err := a.Check(ctx, heads)
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(p.stdout, res)
	} else {
		p.printCheck(res)
	}
	if err == nil && len(res.Problems) > 0 {
		return errRefused
	}
	return err
}

func (p *program) printCheck(r *app.CheckReport) {
	n := vi.FormatInt
	at := r.At
	if t, err := time.Parse(time.RFC3339, r.At); err == nil {
		at = t.Format("15:04 ngày 02/01/2006")
	}
	fmt.Fprintf(
		p.stdout,
		"Đã kiểm tra %s, lược đồ %d: phiên bản dữ liệu %d lúc %s; %s số liệu; %s báo cáo; %s bản công bố; %s tệp; %s tài khoản; nhật ký %s mục, giữ mã băm của %s đối tượng.\n",
		r.Database,
		r.Schema,
		r.Revision,
		at,
		n(r.Figures),
		n(r.Reports),
		n(r.Releases),
		n(r.Files),
		n(r.Accounts),
		n(r.AuditSize),
		n(r.Digests),
	)
	fmt.Fprintf(p.stdout, "Mốc nhật ký hiện nay: %s.\n", cmp.Or(strings.Join(r.Heads, ", "), "chưa có"))
	if r.Behind != "" {
		fmt.Fprintf(
			p.stdout,
			"Chú ý: phiên bản gần nhất mang giờ sau đồng hồ máy này %s, tức là đồng hồ đã hoặc đang chạy sai. Những gì ghi thêm đều mang giờ đó cho đến khi đồng hồ đuổi kịp. Hãy chỉnh đồng hồ.\n",
			r.Behind,
		)
	} else if r.AuditLast != "" {
		fmt.Fprintf(p.stdout, "Mục nhật ký cuối được ghi cách nay %s.\n", r.Age)
	}
	if len(r.Compared) == 0 {
		fmt.Fprintln(
			p.stdout,
			"Chưa so với mốc nào đã in nên chưa biết hai điều: đây có phải bản mới nhất không (một bản sao cũ tự nó vẫn khớp),"+
				" và nhật ký có bị viết lại cùng số liệu không. Hãy so với mốc in gần nhất: chiso check --head MỐC.",
		)
	} else {
		fmt.Fprintf(p.stdout, "Đã so với mốc: %s. Sau mốc đó thì chưa có gì để so.\n", strings.Join(r.Compared, ", "))
	}
	for _, s := range r.Problems {
		fmt.Fprintln(p.stdout, s)
	}
	if len(r.Problems) == 0 {
		fmt.Fprintln(p.stdout, "Đạt: bảng hiện hành, điểm số, tệp và nội dung khớp số liệu gốc và nhật ký.")
	} else {
		fmt.Fprintf(p.stdout, "KHÔNG ĐẠT: %d điểm trên.\n", len(r.Problems))
	}
}
