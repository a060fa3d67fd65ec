package reporting

import (
	"strings"

	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

// mayCite refuses a round whose forms ask for indicators that rest on an act which has ended without a known successor, until
// somebody confirms it by name. The confirmation stands in the round's history.
func (o *opening) mayCite(r filing.Round) (confirmation string, err error) {
	var ended []string
	for _, f := range r.Forms(o.c.Forms) {
		for _, it := range f.Items {
			d, ok := o.c.Kpis.On(it.Indicator, r.Period.To)
			if !ok {
				continue
			}
			for _, e := range o.c.EndedBases(d, r.Period.To) {
				if e.Successor.Number == "" {
					ended = append(ended, e.Code+" ("+e.Act.Number+", hết hiệu lực sau ngày "+e.Act.To.String()+")")
				}
			}
		}
	}
	if len(ended) == 0 {
		return "", nil
	}
	list := strings.Join(ended, ", ")
	name := vi.Clean(o.req.ActsConfirmedBy)
	if name == "" {
		return "", fault.New(fault.Invalid, "Biểu mẫu có chỉ tiêu viện dẫn văn bản đã hết hiệu lực mà chưa có văn bản thay thế: %s. "+
			"Hãy bổ sung văn bản thay thế vào bảng acts của danh mục, hoặc ghi họ tên người xác nhận vẫn mở đợt.", list)
	}
	return name + " xác nhận vẫn mở đợt khi chỉ tiêu viện dẫn văn bản đã hết hiệu lực: " + list, nil
}
