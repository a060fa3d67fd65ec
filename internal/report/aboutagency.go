package report

import (
	"fmt"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// AboutAgency generates the sentences of one agency's pack.
func AboutAgency(p *Pack, card *AgencyCard) (out []string) {
	for i := range p.Tables {
		t := &p.Tables[i]
		if row := rowOf(t, card.Agency); row != nil && t.Direction != kpi.Neutral && len(out) < remarkTables {
			out = append(out, aboutRow(t, row))
		}
	}
	if t := p.Tasks; t != nil && t.Counts.Total() > 0 {
		out = append(out, aboutTasks(t))
	}
	for i := range p.Rounds {
		for _, l := range p.Rounds[i].Lines {
			if l.Name != card.Name {
				continue
			}
			switch {
			case l.Sent.IsZero():
				out = append(out, fmt.Sprintf("%s: chưa gửi báo cáo.", p.Rounds[i].Name))
			case l.OnTime:
				out = append(out, fmt.Sprintf("%s: gửi báo cáo đúng hạn.", p.Rounds[i].Name))
			default:
				out = append(out, fmt.Sprintf("%s: gửi báo cáo chậm %s ngày.", p.Rounds[i].Name, vi.FormatInt(int64(l.DaysLate))))
			}
		}
	}
	return out
}

func rowOf(t *ranking.Table, id agency.ID) *ranking.Row {
	for i := range t.Rows {
		if t.Rows[i].Agency == id {
			return &t.Rows[i]
		}
	}
	return nil
}

func aboutRow(t *ranking.Table, row *ranking.Row) string {
	if !row.Value.Valid {
		return fmt.Sprintf("%s (%s): %s.", t.Name, lowerTitle(t.Period), lowerFirst(t.SilentRemark()))
	}
	text := fmt.Sprintf(
		"%s (%s): %s, hạng %d/%d",
		t.Name,
		lowerTitle(t.Period),
		rowFigure(row, t),
		row.Rank,
		len(t.Rows),
	)
	if c := t.Coverage(); !c.Full() {
		text += ", mới có số liệu của " + c.String() + " đơn vị"
	}
	if c, ok := row.Change(); ok {
		switch {
		case c > 0:
			text += fmt.Sprintf(", tăng %d bậc", c)
		case c < 0:
			text += fmt.Sprintf(", giảm %d bậc", -c)
		default:
			text += ", giữ nguyên hạng"
		}
	}
	if row.Gap.Valid && row.Gap.Sign() != 0 && row.Rank > 1 {
		text += ", cách hạng trên " + figure(row.Gap.Decimal, t.Decimals, gapUnit(t.Unit))
	}
	return text + "."
}

// gapUnit is the unit of a distance between two figures: that of percentages is the percentage point.
func gapUnit(unit string) string {
	if unit == "%" {
		return "điểm phần trăm"
	}
	return unit
}

func aboutTasks(t *Tasks) string {
	c := t.Counts
	text := fmt.Sprintf(
		"%s: %s nhiệm vụ, %s đã hoàn thành, %s quá hạn",
		t.Title,
		vi.FormatInt(int64(c.Total())),
		vi.FormatInt(int64(c.Done())),
		vi.FormatInt(int64(c.Overdue)),
	)
	if c.MaxLate > 0 {
		text += fmt.Sprintf(" (lâu nhất %s ngày)", vi.FormatInt(int64(c.MaxLate)))
	}
	return text + "."
}
