package main

import (
	"context"
	"fmt"

	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/intake"
)

// template writes the workbook that an agency fills in for a period.
func (p *program) template(ctx context.Context, args []string) error {
	fs := p.flags("template")
	var q receive.TemplateQuery
	var codes list
	var agencyID, out string
	fs.StringVar(&agencyID, "agency", "", "mã đơn vị")
	fs.StringVar(&q.Period, "period", "", "kỳ báo cáo")
	fs.StringVar(&q.Pillar, "pillar", "", "nhóm chỉ tiêu; bỏ trống lấy mọi nhóm đơn vị báo cáo")
	fs.Var(&codes, "code", "mã chỉ tiêu; lặp lại được")
	fs.StringVar(&out, "o", "", "tệp .xlsx sẽ ghi")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if agencyID == "" || q.Period == "" || out == "" || len(rest) > 0 {
		return usagef("template cần --agency, --period và -o F.xlsx.")
	}
	q.Agency, q.Codes = agency.ID(agencyID), codes
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	_, data, err := a.Template(ctx, q)
	if err != nil {
		return err
	}
	if err := writeFile(out, data); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, "Đã ghi", out)
	return nil
}
