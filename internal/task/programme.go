package task

import (
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Programme is what tasks belong to (chương trình). Registers may name others; those are kept under a
// code made of their name.
type Programme struct {
	Code    string
	Title   string
	names   []string // folded
	figures []figure
}

// figure is an indicator that a register yields, with how it is counted.
type figure struct {
	code  string
	count func(Counts) kpi.Figure
}

func whole(n func(Counts) int) func(Counts) kpi.Figure {
	return func(c Counts) kpi.Figure {
		return kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(int64(n(c))))}
	}
}

func share(r func(Counts) Rate) func(Counts) kpi.Figure {
	return func(c Counts) kpi.Figure {
		x := r(c)
		if x.Den == 0 {
			return kpi.Figure{State: kpi.NoDenominator}
		}
		return kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(int64(x.Num))), Den: vi.Some(vi.Int(int64(x.Den)))}
	}
}

func part(v func(Counts) View, code string) func(Counts) kpi.Figure {
	return whole(func(c Counts) int {
		for _, p := range v(c).Parts {
			if p.Code == code {
				return p.Count
			}
		}
		return 0
	})
}

// Programmes lists the programmes that are known by name, with the indicators that their registers yield.
func Programmes() []Programme {
	return []Programme{
		{Code: "de_an_06", Title: "Đề án 06", names: []string{"de an 06", "de an 06/cp", "da06", "da 06", "06/qd-ttg"}, figures: []figure{
			{"DA06_01", whole(Counts.Total)},
			{"DA06_02", whole(Counts.Done)},
			{"DA06_03", part(Counts.FourWay, "overdue")},
			{"DA06_04", part(Counts.FourWay, "recurring")},
			{"DA06_05", part(Counts.FourWay, "in_progress")},
			{"DA06_26", share(Counts.CompletedOfAssigned)},
			{"DA06_27", share(Counts.CompletedOfDue)},
			{"DA06_28", share(Counts.OnTime)},
			{"DA06_29", share(Counts.OnTimeOriginal)},
		}},
		{
			Code:  "nq_71",
			Title: "Nghị quyết 71/NQ-CP",
			names: []string{"nghi quyet 71/nq-cp", "nghi quyet 71", "nq71", "nq 71", "nq-71", "71/nq-cp"},
			figures: []figure{
				{"NQ71_02", share(Counts.OnTime)},
				{"NQ71_03", whole(Counts.Total)},
				{"NQ71_04", whole(Counts.Done)},
				{"NQ71_05", whole(func(c Counts) int { return c.DoneOnTime })},
				{"NQ71_06", whole(func(c Counts) int { return c.DoneLate })},
				{"NQ71_07", whole(func(c Counts) int { return c.Overdue })},
				{"NQ71_08", whole(func(c Counts) int { return c.DoneLate + c.Overdue })},
				{"NQ71_09", part(Counts.Behind, "late_done")},
				{"NQ71_10", part(Counts.Behind, "late_open")},
				{"NQ71_12", share(Counts.OnTimeOriginal)},
			},
		},
		{Code: "nhiem_vu_cp", Title: "Nhiệm vụ Chính phủ, Thủ tướng Chính phủ giao",
			names: []string{
				"nhiem vu chinh phu, thu tuong chinh phu giao",
				"chinh phu, thu tuong chinh phu giao",
				"nhiem vu chinh phu giao",
				"chinh phu giao",
			}, figures: []figure{
				{"TASK_GOV_01", whole(Counts.Total)},
				{"TASK_GOV_02", whole(Counts.Done)},
				{"TASK_GOV_03", whole(func(c Counts) int { return c.DoneOnTime })},
				{"TASK_GOV_04", whole(func(c Counts) int { return c.DoneLate })},
				{"TASK_GOV_05", whole(func(c Counts) int { return c.Total() - c.Done() })},
				{"TASK_GOV_06", part(Counts.TwoByTwo, "open_in_time")},
				{"TASK_GOV_07", part(Counts.TwoByTwo, "open_overdue")},
				{"TASK_GOV_08", share(Counts.CompletedOfAssigned)},
				{"TASK_GOV_09", share(func(c Counts) Rate {
					return Rate{Num: c.Total() - c.Done() - c.Overdue, Den: c.Total()}
				})},
				{"TASK_GOV_10", share(func(c Counts) Rate { return Rate{Num: c.Overdue, Den: c.Total()} })},
				{"TASK_GOV_11", share(Counts.CompletedOfDue)},
				{"TASK_GOV_12", share(Counts.OnTime)},
				{"TASK_GOV_13", share(Counts.OnTimeOriginal)},
			}},
		{
			Code:    "nq_57",
			Title:   "Nghị quyết 57-NQ/TW",
			names:   []string{"nghi quyet 57-nq/tw", "nghi quyet 57", "nq57", "nq 57", "nq-57", "57-nq/tw"},
			figures: nil,
		},
		{Code: "ke_hoach", Title: "Kế hoạch của Ban Chỉ đạo", names: []string{"ke hoach", "ke hoach ubqg", "ke hoach bcd"}, figures: nil},
		{Code: "ket_luan", Title: "Kết luận phiên họp", names: []string{"ket luan", "thong bao ket luan", "ket luan phien hop"}, figures: nil},
	}
}

// Illustrative is the programme of invented tasks: no count takes them in unless asked for it by name.
const Illustrative = "minh_hoa"

// Conclusions is the programme of tasks from the conclusions of a meeting.
const Conclusions = "ket_luan"

// ProgrammeOf returns the code of what a register calls a programme: one of the known ones, else a code
// made of the name.
func ProgrammeOf(text string) string {
	folded := vi.Fold(text)
	if strings.HasPrefix(
		folded,
		"minh hoa",
	) { // "Minh họa (không phải số thật)": what is invented must not become real on its way through a workbook
		return Illustrative
	}
	for _, p := range Programmes() {
		if folded == p.Code || folded == vi.Fold(p.Title) {
			return p.Code
		}
		for _, n := range p.names {
			if folded == n || strings.HasPrefix(folded, n+" ") {
				return p.Code
			}
		}
	}
	code := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, folded), "_")
	for strings.Contains(code, "__") {
		code = strings.ReplaceAll(code, "__", "_")
	}
	return code
}

// ProgrammeTitle returns the name of a programme for people; of an unknown one its code.
func ProgrammeTitle(code string) string {
	for _, p := range Programmes() {
		if p.Code == code {
			return p.Title
		}
	}
	return code
}

// Figures returns the figures that counts of a programme's register yield, by indicator code: nil for
// programmes without indicators.
func Figures(programme string, c Counts) map[string]kpi.Figure {
	for _, p := range Programmes() {
		if p.Code == programme && p.figures != nil {
			out := make(map[string]kpi.Figure, len(p.figures))
			for _, f := range p.figures {
				out[f.code] = f.count(c)
			}
			return out
		}
	}
	return nil
}
