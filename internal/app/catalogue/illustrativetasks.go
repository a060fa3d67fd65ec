package catalogue

import (
	"fmt"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// illustratedTasks are the subjects of the invented register.
var illustratedTasks = [...]string{
	"Kết nối, chia sẻ dữ liệu với Cơ sở dữ liệu quốc gia về dân cư",
	"Cắt giảm thành phần hồ sơ đã có trong cơ sở dữ liệu",
	"Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",
	"Cung cấp dịch vụ công trực tuyến toàn trình",
	"Bảo đảm an toàn thông tin theo cấp độ",
	"Bố trí nhân lực chuyên trách chuyển đổi số",
	"Tuyên truyền, hướng dẫn người dân sử dụng VNeID",
	"Rà soát quy trình nội bộ, quy trình điện tử",
}

// illustrativeRegister invents a register from nothing but names, so that every run invents the same. It
// has a programme of its own, which no count takes in unless it is asked for by name.
func illustrativeRegister(c *ledger.Catalogue) []task.Task {
	var out []task.Task
	start := vi.NewDate(2026, 1, 5)
	register := func(owner agency.ID, places []agency.Place, share int) {
		for _, place := range places {
			for i, title := range illustratedTasks {
				if spread(string(place.Agency), i) >= share {
					out = append(out, illustrativeTask(owner, place.Agency, i, title, start))
				}
			}
		}
	}
	register(
		agency.Nation,
		append(c.Agencies.Members(figures.DefaultBlock, start), c.Agencies.Members("ministries", start)...),
		0,
	) // half of the subjects each
	register(illustrativeProvince, append(c.Agencies.Members(departmentsBlock, start), c.Agencies.Members(communesBlock, start)...), 60)
	return out
}

func illustrativeTask(owner, id agency.ID, i int, title string, start vi.Date) task.Task {
	a := task.Assignment{
		Agency:   id,
		Lead:     true,
		Person:   fmt.Sprintf("Người phụ trách %d (minh họa)", i+1),
		Assigned: start,
		Nature:   task.Timed,
		Due:      vi.NewDate(2026, 3*(1+(spread(string(id), i, "due")+100)%4)+1, 0),
	}
	a.DueText = fmt.Sprintf("quý %s/2026", [...]string{"I", "II", "III", "IV"}[a.Due.Month()/3-1])
	switch fate := (spread(string(id), i, "fate") + 100) % 10; {
	case fate == 0:
		a.Nature, a.Due, a.DueText = task.Recurring, 0, ""
	case fate == 1:
		a.Nature, a.Due, a.DueText = task.Unscheduled, 0, ""
	case fate == 2:
		a.AddChange(
			task.Change{
				Kind:     task.Extension,
				From:     a.Due.AddDays(-10),
				Nature:   task.Timed,
				Due:      a.Due.AddDays(60),
				Document: task.Document{Number: "Văn bản minh họa"},
				Reason:   "Số liệu minh họa, không phải số thật.",
			},
		)
	case fate <= 6 && a.Due <= vi.NewDate(2026, 9, 30):
		a.Completed = a.Due.AddDays(spread(string(id), i, "done") / 5)
	}
	return task.Task{Code: fmt.Sprintf("MH-%s-%02d", id, i+1), Title: "[Minh họa] " + title, Programme: ledger.IllustrativeTasks, Owner: owner,
		Note: "Số liệu minh họa, không phải số thật.", Assignments: []task.Assignment{a}}
}

// saveIllustrativeTasks adds the invented tasks that are not there yet.
func saveIllustrativeTasks(tx *store.Tx, c *ledger.Catalogue) error {
	all, err := tx.Tasks()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, t := range all {
		known[t.Code] = true
	}
	var entries []store.TaskEntry
	for _, t := range illustrativeRegister(c) {
		if !known[t.Code] {
			entries = append(entries, store.TaskEntry{Task: t})
		}
	}
	_, err = tx.SaveTasks(entries)
	return err
}
