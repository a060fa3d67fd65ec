package agency

import (
	"cmp"
	"slices"

	"chiso/internal/vi"
)

// Directory answers questions about agencies on a day. It is immutable and safe for concurrent use.
type Directory struct {
	data     Data
	versions map[ID][]Version // by From
	order    []ID
	names    map[string][]named // folded id, name, short name, alias, code → who
	stripped map[string][]named // names and aliases without tỉnh, thành phố, bộ
	squeezed map[string][]named // names and aliases without blanks, hyphens and dots
	blocks   map[string]Block
	members  map[string][]Member
	preds    map[ID][]Succession
	succs    map[ID][]Succession
}

type named struct {
	id       ID
	from, to vi.Date
}

// NewDirectory indexes d. It trusts d; Validate finds what is wrong with it.
func NewDirectory(d Data) *Directory {
	dir := &Directory{
		data: d, versions: map[ID][]Version{}, names: map[string][]named{}, stripped: map[string][]named{},
		squeezed: map[string][]named{}, blocks: map[string]Block{}, members: map[string][]Member{},
		preds: map[ID][]Succession{}, succs: map[ID][]Succession{},
	}
	for _, v := range d.Versions {
		if len(dir.versions[v.Agency]) == 0 {
			dir.order = append(dir.order, v.Agency)
		}
		dir.versions[v.Agency] = append(dir.versions[v.Agency], v)
		who := named{v.Agency, v.From, v.To}
		dir.names[vi.Fold(string(v.Agency))] = append(dir.names[vi.Fold(string(v.Agency))], who)
		if v.Level == Aggregate {
			continue
		}
		dir.addName(v.Name, who)
		dir.addName(v.Short, who)
	}
	for _, vs := range dir.versions {
		slices.SortFunc(vs, func(a, b Version) int { return cmp.Compare(a.From, b.From) })
	}
	for _, a := range d.Aliases {
		dir.addName(a.Text, named{a.Agency, a.From, a.To})
	}
	for _, c := range d.Codes {
		key := vi.Fold(c.Code)
		dir.names[key] = append(dir.names[key], named{c.Agency, c.From, c.To})
	}
	for _, b := range d.Blocks {
		dir.blocks[b.Code] = b
	}
	for _, m := range d.Members {
		dir.members[m.Block] = append(dir.members[m.Block], m)
	}
	for _, s := range d.Successions {
		dir.preds[s.Succ] = append(dir.preds[s.Succ], s)
		dir.succs[s.Pred] = append(dir.succs[s.Pred], s)
	}
	slices.SortStableFunc(dir.order, func(a, b ID) int { return cmp.Compare(dir.rank(a), dir.rank(b)) })
	return dir
}

func (dir *Directory) addName(name string, n named) {
	key := vi.Fold(name)
	if key == "" {
		return
	}
	dir.names[key] = append(dir.names[key], n)
	if tight := squeeze(key); tight != "" {
		dir.squeezed[tight] = append(dir.squeezed[tight], n)
	}
	if bare, _ := strip(key); bare != "" {
		dir.stripped[bare] = append(dir.stripped[bare], n)
	}
}

func (dir *Directory) rank(id ID) int { return dir.versions[id][0].Order }

// Data returns the catalogue the directory was made from. The caller must not change it.
func (dir *Directory) Data() Data { return dir.data }

// IDs returns every agency in official order.
func (dir *Directory) IDs() []ID { return dir.order }

// Known reports whether id was ever an agency.
func (dir *Directory) Known(id ID) bool { return len(dir.versions[id]) > 0 }

// On returns the version of id on day d; false if it did not exist then.
func (dir *Directory) On(id ID, d vi.Date) (Version, bool) {
	for _, v := range dir.versions[id] {
		if v.On(d) {
			return v, true
		}
	}
	return Version{}, false
}

// Versions returns all versions of id, oldest first.
func (dir *Directory) Versions(id ID) []Version { return dir.versions[id] }

// Name returns what tables and charts call id on day d, or last called it: see Version.Label.
func (dir *Directory) Name(id ID, d vi.Date) string {
	if v, ok := dir.On(id, d); ok {
		return v.Label()
	}
	if vs := dir.versions[id]; len(vs) > 0 {
		return vs[len(vs)-1].Label()
	}
	return string(id)
}

// Order returns the place of id in the official list, for printing ties.
func (dir *Directory) Order(id ID) int {
	if len(dir.versions[id]) == 0 {
		return 1 << 30
	}
	return dir.rank(id)
}

// Block returns the block of a code.
func (dir *Directory) Block(code string) (Block, bool) {
	b, ok := dir.blocks[code]
	return b, ok
}

// Blocks returns all blocks in catalogue order.
func (dir *Directory) Blocks() []Block { return dir.data.Blocks }

// Place is an agency's seat in a block.
type Place struct {
	Agency  ID
	Name    string
	Special bool // a member that is not ranked
}

// Members returns the agencies of a block on day d, in official order and each once: the parts of
// a union may have different owners and overlap.
func (dir *Directory) Members(code string, d vi.Date) []Place {
	b, ok := dir.blocks[code]
	if !ok {
		return nil
	}
	var out []Place
	for _, part := range append([]string{code}, b.Union...) {
		special := dir.blocks[part].Special
		for _, m := range dir.members[part] {
			seated := func(p Place) bool { return p.Agency == m.Agency }
			if m.From <= d && d <= m.To && !slices.ContainsFunc(out, seated) {
				out = append(out, Place{m.Agency, dir.Name(m.Agency, d), special})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Place) int { return cmp.Compare(dir.Order(a.Agency), dir.Order(b.Agency)) })
	return out
}

// BlockOf returns the block that has id as a direct member on day d, "" if none. Where blocks of
// different owners have it, the first in catalogue order.
func (dir *Directory) BlockOf(id ID, d vi.Date) string {
	for _, b := range dir.data.Blocks {
		for _, m := range dir.members[b.Code] {
			if m.Agency == id && m.From <= d && d <= m.To {
				return b.Code
			}
		}
	}
	return ""
}

// Predecessors returns the edges that lead to id.
func (dir *Directory) Predecessors(id ID) []Succession { return dir.preds[id] }

// Successors returns the edges that leave id.
func (dir *Directory) Successors(id ID) []Succession { return dir.succs[id] }

// SameSet reports whether a block has the same agencies on both days. Ranks are comparable only
// then: movement never crosses the mergers of 01/03/2025 and 01/07/2025.
func (dir *Directory) SameSet(code string, a, b vi.Date) bool {
	return slices.EqualFunc(dir.Members(code, a), dir.Members(code, b), func(x, y Place) bool { return x.Agency == y.Agency })
}

// Inside reports whether id is root or lies below it on day d. Who does not exist that day stands where it stood last, or
// will stand first: a predecessor's past report is still looked after.
func (dir *Directory) Inside(id, root ID, d vi.Date) bool {
	for range len(dir.order) { // no longer than a chain can be, whatever the catalogue says
		if id == root {
			return id != ""
		}
		v, ok := dir.around(id, d)
		if !ok {
			return false
		}
		id = v.Parent
	}
	return false
}

// around returns the version of id on day d, else the last before it, else the first.
func (dir *Directory) around(id ID, d vi.Date) (Version, bool) {
	vs := dir.versions[id]
	if len(vs) == 0 {
		return Version{}, false
	}
	found := vs[0]
	for _, v := range vs {
		if v.From <= d {
			found = v
		}
	}
	return found, true
}
