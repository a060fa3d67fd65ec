package agency

import (
	"fmt"
	"maps"
	"slices"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Validate returns everything that is wrong with a catalogue: dangling references, overlapping
// versions, memberships or codes, cycles of parents or succession, a second whole successor, and
// names that mean two agencies on one day. The same catalogue gives the same errors in the same
// order.
func Validate(d Data) []error {
	v := &validator{dir: NewDirectory(d)}
	v.versions(d)
	v.codes(d)
	v.successions(d)
	v.blocks(d)
	v.members(d)
	v.names()
	return v.errs
}

type validator struct {
	dir  *Directory
	errs []error
}

// where is a row of a table, and the column that is wrong.
type where struct {
	table  string
	key    []string
	column string
}

func (w where) at(column string) where {
	w.column = column
	return w
}

func (v *validator) add(w where, format string, args ...any) {
	v.errs = append(v.errs, fault.NewFlaw(w.table, w.key, w.column, format, args...))
}

// dated reports days in the wrong order.
func (v *validator) dated(w where, from, to vi.Date) {
	if from > to {
		v.add(w, "Ngày bắt đầu %s sau ngày kết thúc %s.", from.Since(), to.Since())
	}
}

func (v Version) where() where {
	return where{"agencies", []string{string(v.Agency), v.From.ISO()}, "agency_id"}
}

func overlap(aFrom, aTo, bFrom, bTo vi.Date) bool { return aFrom <= bTo && bFrom <= aTo }

// gap returns the first day from from to to on which id does not exist; false if there is none.
func (v *validator) gap(id ID, from, to vi.Date) (vi.Date, bool) {
	for from <= to {
		a, ok := v.dir.On(id, from)
		if !ok {
			return from, true
		}
		if a.To == vi.OpenTo {
			break
		}
		from = a.To.AddDays(1)
	}
	return 0, false
}

func (v *validator) versions(d Data) {
	for _, a := range d.Versions {
		if a.Agency == "" || a.Name == "" || a.Short == "" || a.Kind == "" || a.Level == "" {
			v.add(a.where(), "Đơn vị %q cần mã, tên, tên ngắn, loại và cấp.", string(a.Agency))
		}
		v.dated(a.where().at("valid_to"), a.From, a.To)
		v.parent(a)
	}
	for _, id := range v.dir.order {
		to := vi.Date(-1)
		for _, a := range v.dir.versions[id] {
			if a.From <= to {
				v.add(
					a.where().at("valid_from"),
					"Đơn vị %s có hai phiên bản cùng hiệu lực %s. Hãy ghi ngày kết thúc cho phiên bản cũ.",
					id,
					a.From.Since(),
				)
			}
			to = max(to, a.To)
		}
	}
}

func (v *validator) parent(a Version) {
	if a.Parent == "" {
		return
	}
	if !v.dir.Known(a.Parent) {
		v.add(a.where().at("parent_id"), "Đơn vị %s: không có đơn vị cấp trên %s.", a.Agency, a.Parent)
		return
	}
	if on, ok := v.gap(a.Parent, a.From, a.To); ok && a.From <= a.To {
		v.add(a.where().at("parent_id"), "Đơn vị %s: đơn vị cấp trên %s không tồn tại %s.", a.Agency, a.Parent, on.Since())
	}
	// A cycle begins on the first day of the version that closes it, so that day is enough.
	seen := map[ID]bool{a.Agency: true}
	for p := a.Parent; p != ""; {
		if seen[p] {
			v.add(a.where().at("parent_id"), "Đơn vị %s: các đơn vị cấp trên nối thành vòng qua %s.", a.Agency, p)
			return
		}
		seen[p] = true
		up, ok := v.dir.On(p, a.From)
		if !ok {
			return
		}
		p = up.Parent
	}
}

func (v *validator) codes(d Data) {
	type key struct{ system, code string }
	held := map[key][]Code{}
	for _, c := range d.Codes {
		w := where{"agencies", []string{string(c.Agency), c.From.ISO()}, "official_code"}
		if c.System == "dvcqg" {
			w.column = "dvcqg_code"
		}
		if c.System == "" || vi.Fold(c.Code) == "" {
			v.add(w, "Mã %s của %s cần cả hệ thống mã (code_system) và mã.", c.Code, c.Agency)
		}
		v.dated(w, c.From, c.To)
		if !v.dir.Known(c.Agency) {
			v.add(w, "Mã %s %s: không có đơn vị %s.", c.System, c.Code, c.Agency)
		}
		k := key{c.System, c.Code}
		for _, o := range held[k] {
			if o.Agency != c.Agency && overlap(c.From, c.To, o.From, o.To) {
				v.add(w, "Mã %s %s: %s và %s cùng dùng một lúc.", c.System, c.Code, o.Agency, c.Agency)
			}
		}
		held[k] = append(held[k], c)
	}
	for _, a := range d.Aliases {
		w := where{"agency_aliases", []string{a.Text, string(a.Agency), a.From.ISO()}, "alias"}
		if vi.Fold(a.Text) == "" {
			v.add(w, "Tên gọi khác của %s để trống.", a.Agency)
		}
		v.dated(w.at("to"), a.From, a.To)
		if !v.dir.Known(a.Agency) {
			v.add(w.at("agency_id"), "Tên gọi khác %q: không có đơn vị %s.", a.Text, a.Agency)
		}
	}
}

func (v *validator) successions(d Data) {
	whole := map[ID]ID{}
	for _, s := range d.Successions {
		what := fmt.Sprintf("%s → %s", s.Pred, s.Succ)
		w := where{"succession", []string{string(s.Pred), string(s.Succ), s.On.ISO()}, "predecessor"}
		if !v.dir.Known(s.Pred) || !v.dir.Known(s.Succ) {
			v.add(w, "Kế thừa %s: một trong hai đơn vị không có.", what)
			continue
		}
		if s.Extent != Whole && s.Extent != Part {
			v.add(w.at("extent"), "Kế thừa %s: phạm vi %q không hiểu được. Hãy ghi whole (toàn bộ) hoặc part (một phần).", what, string(s.Extent))
		}
		if _, ok := v.dir.On(s.Succ, s.On); !ok {
			v.add(w.at("on"), "Kế thừa %s: đơn vị mới không tồn tại %s.", what, s.On.Since())
		}
		if _, ok := v.dir.On(s.Pred, s.On.AddDays(-1)); !ok {
			v.add(w.at("on"), "Kế thừa %s: đơn vị cũ không tồn tại vào ngày trước %s.", what, s.On.Since())
		}
		if s.Extent != Whole {
			continue
		}
		if _, ok := v.dir.On(s.Pred, s.On); ok && s.Pred != s.Succ {
			// It would be counted twice: by itself and inside its successor.
			v.add(w.at("extent"), "Kế thừa %s: đơn vị cũ chuyển toàn bộ mà vẫn tồn tại sau %s.", what, s.On.Since())
		}
		if o, ok := whole[s.Pred]; ok {
			v.add(w, "%s chuyển toàn bộ cho cả %s và %s.", s.Pred, o, s.Succ)
			continue
		}
		whole[s.Pred] = s.Succ
	}
	reported := map[ID]bool{}
	for _, start := range slices.Sorted(maps.Keys(whole)) {
		seen := map[ID]bool{}
		for id, ok := start, true; ok && !reported[id]; id, ok = whole[id] {
			if seen[id] {
				v.add(where{"succession", []string{string(id)}, "predecessor"}, "Các dòng kế thừa nối thành vòng qua %s.", id)
				break
			}
			seen[id] = true
		}
		maps.Copy(reported, seen) // a cycle is one error, wherever one enters it
	}
}

func (v *validator) blocks(d Data) {
	seen := map[string]bool{}
	for _, b := range d.Blocks {
		w := where{"blocks", []string{b.Code}, "block"}
		if b.Code == "" || seen[b.Code] {
			v.add(w, "Khối %q cần một mã riêng.", b.Code)
		}
		seen[b.Code] = true
		if b.Owner != "" && !v.dir.Known(b.Owner) {
			v.add(w.at("owner"), "Khối %s: không có đơn vị chủ quản %s.", b.Code, b.Owner)
		}
		for _, u := range b.Union {
			if part, ok := v.dir.blocks[u]; !ok {
				v.add(w.at("parts"), "Khối %s: không có khối thành phần %s.", b.Code, u)
			} else if len(part.Union) > 0 {
				v.add(w.at("parts"), "Khối %s: khối thành phần %s cũng gồm các khối khác.", b.Code, u)
			}
		}
	}
}

// members checks that an agency is in one block of an owner on a day: each owner cuts its own
// blocks, and two owners may both rank an agency.
func (v *validator) members(d Data) {
	seats := map[ID][]Member{}
	for _, m := range d.Members {
		w := where{"block_members", []string{m.Block, string(m.Agency), m.From.ISO()}, "agency_id"}
		b, ok := v.dir.blocks[m.Block]
		switch {
		case !ok:
			v.add(w.at("block"), "Không có khối %s (đơn vị %s).", m.Block, m.Agency)
		case len(b.Union) > 0:
			v.add(w.at("block"), "Khối %s gồm các khối khác nên không có đơn vị riêng (%s).", m.Block, m.Agency)
		}
		v.dated(w.at("to"), m.From, m.To)
		if !v.dir.Known(m.Agency) {
			v.add(w, "Khối %s: không có đơn vị %s.", m.Block, m.Agency)
			continue
		}
		if on, ok := v.gap(m.Agency, m.From, m.To); ok {
			v.add(w, "Khối %s: %s không tồn tại %s.", m.Block, m.Agency, on.Since())
		} else if a, _ := v.dir.On(m.Agency, m.From); a.Level == Aggregate {
			v.add(w, "Khối %s: %s là dòng tổng hợp, không phải đơn vị.", m.Block, m.Agency)
		} else if b.Level != "" && a.Level != b.Level && a.Level != "" {
			v.add(w, "Khối %s thuộc cấp %s mà %s thuộc cấp %s.", m.Block, b.Level, m.Agency, a.Level)
		}
		for _, o := range seats[m.Agency] {
			if v.dir.blocks[o.Block].Owner == b.Owner && overlap(m.From, m.To, o.From, o.To) {
				v.add(w, "Đơn vị %s cùng lúc ở khối %s và %s.", m.Agency, o.Block, m.Block)
			}
		}
		seats[m.Agency] = append(seats[m.Agency], m)
	}
}

// names reports every written form that means two agencies on one day. Below the provinces bodies
// of different parents share names by law (every province has a Sở Y tế): Resolve returns them all
// and the caller asks.
func (v *validator) names() {
	type pair struct{ a, b ID }
	for _, text := range slices.Sorted(maps.Keys(v.dir.names)) {
		said := map[pair]bool{}
		all := v.dir.names[text]
		for i, a := range all {
			for _, b := range all[:i] {
				on := max(a.from, b.from)
				if a.id == b.id || said[pair{a.id, b.id}] || !overlap(a.from, a.to, b.from, b.to) || v.namesakes(a.id, b.id, on) {
					continue
				}
				said[pair{a.id, b.id}], said[pair{b.id, a.id}] = true, true
				v.add(
					where{"agencies", []string{string(a.id), a.from.ISO()}, "name"},
					"Tên %q chỉ cả %s và %s %s. Hãy sửa tên, tên ngắn, mã hoặc tên gọi khác của một đơn vị.",
					text,
					b.id,
					a.id,
					on.Since(),
				)
			}
		}
	}
}

// namesakes reports two bodies below the provinces with different parents.
func (v *validator) namesakes(a, b ID, on vi.Date) bool {
	x, _ := v.dir.On(a, on)
	y, _ := v.dir.On(b, on)
	below := func(l Level) bool { return l == Department || l == Commune }
	return below(x.Level) && below(y.Level) && x.Parent != y.Parent
}
