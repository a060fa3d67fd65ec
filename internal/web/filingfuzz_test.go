package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/vi"
	"chiso/internal/web/reporting"
)

// typedRow is the fields of a row as an officer means them: numbers compare by what they say, whatever dots they are written with.
type typedRow struct{ num, den, val, note string }

// said is what a field says.
func said(s string) string {
	switch strings.ToLower(s) {
	case "-", "không phát sinh":
		return "none"
	}
	if n, err := vi.ParseNumber(s, true); err == nil && !n.Percent {
		return n.Value.String()
	}
	return s
}

func (f typedRow) String() string {
	return fmt.Sprintf("%s|%s|%s|%s", said(f.num), said(f.den), said(f.val), f.note)
}

func whole(s string) (vi.Decimal, bool) {
	n, err := vi.ParseNumber(s, true)
	return n.Value, err == nil && !n.Percent && n.Value.IsInt()
}

// kept is the model: what a row holds after somebody gave it fields. It knows nothing of the program but its rules: what cannot be read waits as
// it was typed, both parts take over from a rate, and a rate leaves a fraction alone.
func (f typedRow) kept(in typedRow, ratio bool) typedRow {
	if !ratio {
		return in // a count, or text that waits
	}
	n, okN := whole(in.num)
	d, okD := whole(in.den)
	switch {
	case in.val == "1.234" || in.val == "1.500" || in.val == "abc": // of a rate: nobody knows whether 1,5 is meant
	case okN && okD && (d.Sign() > 0 && n.Cmp(d) <= 0 || n.Sign() == 0 && d.Sign() == 0):
		in.val = ""
	case in.num == "" && in.den == "" && in.val != "" && said(in.val) != "none":
		if _, ok := whole(in.val); ok && f.num != "" && f.den != "" {
			return f
		}
	}
	return in
}

// fuzzed is a report that an officer works on, with what must stand in it.
type fuzzed struct {
	t     *testing.T
	h     http.Handler
	r     *rand.Rand
	ids   []string
	rows  []typedRow
	seen  []string // versions that the screen shows
	log   []string
	batch string // the paste that can be taken back, and what it changed
	undo  map[int][2]typedRow
}

const fuzzRatios = 3 // of the rows, in front

func (f *fuzzed) pick(list ...string) string { return list[f.r.IntN(len(list))] }

func (f *fuzzed) number() string {
	return f.pick("", "20", "25", "1.234", "1.500", "75", "abc", "567 890", "0")
}

func (f *fuzzed) did(format string, args ...any) { f.log = append(f.log, fmt.Sprintf(format, args...)) }

// screen reads the grid of a fresh page, and checks it and what is printed against the model.
func (f *fuzzed) screen() {
	f.t.Helper()
	doc, err := goquery.NewDocumentFromReader(open(f.h, "reporter", report).Body)
	if err != nil {
		f.t.Fatal(err)
	}
	printed, err := goquery.NewDocumentFromReader(open(f.h, "reporter", report+"/copy").Body)
	if err != nil {
		f.t.Fatal(err)
	}
	lines := printed.Find(".paper-form tbody tr")
	f.seen = make([]string, len(f.ids))
	for i, id := range f.ids {
		value := func(name string) string { return doc.Find(`[name="`+name+`-`+id+`"]`).AttrOr("value", "") }
		shown := typedRow{value("num"), value("den"), value("val"), value("note")}
		f.seen[i] = value("seen")
		if shown.String() != f.rows[i].String() {
			f.t.Fatalf("row %d shows %s, must be %s after:\n%s", i+1, shown, f.rows[i], strings.Join(f.log, "\n"))
		}
		cells := lines.Eq(i).Find("td")
		paper := typedRow{num: cells.Eq(2).Text(), den: cells.Eq(3).Text(), val: strings.TrimSuffix(cells.Eq(4).Text(), " (chưa đọc được)")}
		if said(paper.num) != said(shown.num) || said(paper.den) != said(shown.den) || shown.val != "" && shown.num+shown.den == "" && !strings.HasPrefix(said(paper.val), said(shown.val)) {
			f.t.Fatalf("row %d prints %s, shows %s after:\n%s", i+1, paper, shown, strings.Join(f.log, "\n"))
		}
	}
}

func (f *fuzzed) json(who, path string, form url.Values) *httptest.ResponseRecorder {
	return sendForm(f.h, who, report+path, form, "Accept", "application/json")
}

// cell is what the screen sends of a row.
func (f *fuzzed) cell(i int, in typedRow, seen string) url.Values {
	return cell(f.ids[i], seen, "num", in.num, "den", in.den, "val", in.val, "note", in.note)
}

func (f *fuzzed) input(i int) typedRow {
	in := f.rows[i]
	for range 1 + f.r.IntN(2) {
		switch field := f.r.IntN(4); {
		case field == 3:
			in.note = f.pick("", "đã rà", "số chốt lại")
		case i >= fuzzRatios || field == 2:
			in.val = f.number()
		case field == 0:
			in.num = f.number()
		default:
			in.den = f.number()
		}
	}
	return in
}

// types saves a row as the script does, once or by two quick presses.
func (f *fuzzed) types() {
	i := f.r.IntN(len(f.ids))
	in := f.input(i)
	form := f.cell(i, in, f.seen[i])
	f.did("types %s into row %d", in, i+1)
	f.rows[i] = f.rows[i].kept(in, i < fuzzRatios)
	for range 1 + f.r.IntN(2) {
		w := f.json("reporter", "/cells", form)
		var saved reporting.SavedJSON
		if err := json.Unmarshal(w.Body.Bytes(), &saved); err != nil || w.Code != 200 || len(saved.Cells) != 1 {
			f.t.Fatalf("%d %s after:\n%s", w.Code, w.Body, strings.Join(f.log, "\n"))
		}
		c := saved.Cells[0]
		if got := (typedRow{c.Numerator, c.Denominator, c.Value, c.Note}); got.String() != f.rows[i].String() {
			f.t.Fatalf("the answer shows %s, must be %s after:\n%s", got, f.rows[i], strings.Join(f.log, "\n"))
		}
	}
}

// late sends a row that was typed before somebody else saved it: nothing is overwritten, and the sender is told.
func (f *fuzzed) late() {
	i := f.r.IntN(len(f.ids))
	before, in := f.seen[i], f.input(i)
	f.types()
	f.screen()
	f.did("sends %s late into row %d", in, i+1)
	w := f.json("reporter", "/cells", f.cell(i, in, before))
	if f.seen[i] != before && f.rows[i].kept(in, i < fuzzRatios).String() != f.rows[i].String() {
		if !strings.Contains(w.Body.String(), `"conflict":"`) || strings.Contains(w.Body.String(), `"conflict":""`) {
			f.t.Fatalf("nobody is told: %s after:\n%s", w.Body, strings.Join(f.log, "\n"))
		}
		return
	}
	f.rows[i] = f.rows[i].kept(in, i < fuzzRatios)
}

// pasted is a block of the four columns, and what the rows hold once it is in.
type pasted struct {
	block string
	start int
	rows  []typedRow
	undo  map[int][2]typedRow // what it changes
}

// onto is the model of a block that is put into the grid.
func (p *pasted) onto(rows []typedRow, lines []typedRow) {
	p.rows, p.undo = slices.Clone(rows), map[int][2]typedRow{}
	for k, l := range lines {
		i := p.start + k
		if i >= len(rows) {
			continue
		}
		in := p.rows[i]
		over := func(to *string, text string) {
			if text != "" {
				*to = text
			}
		}
		if i < fuzzRatios {
			over(&in.num, l.num)
			over(&in.den, l.den)
			if said(in.num) == "none" && l.num == "" && (l.den != "" || l.val != "") {
				in.num = ""
			}
			if l.num == "" && l.den == "" && l.val == "abc" { // a word stands for the whole figure
				in.num, in.den = "", ""
			}
			if l.num == "abc" && l.den == "" {
				in.den, in.val = "", l.val
			} else {
				over(&in.val, l.val)
			}
		} else {
			over(&in.val, l.val)
		}
		over(&in.note, l.note)
		after := p.rows[i].kept(in, i < fuzzRatios)
		if after.String() != p.rows[i].String() {
			p.undo[i] = [2]typedRow{p.rows[i], after}
		}
		p.rows[i] = after
	}
}

// block makes up a block that begins in one of the first rows.
func (f *fuzzed) block(starts int) (p pasted, lines []typedRow) {
	p.start = f.r.IntN(starts)
	var text []string
	for range 1 + f.r.IntN(4) {
		l := typedRow{f.number(), f.number(), f.number(), f.pick("", "dán")}
		lines = append(lines, l)
		text = append(text, strings.Join([]string{l.num, l.den, l.val, l.note}, "\t"))
	}
	p.block = strings.Join(text, f.pick("\n", "\r\n"))
	return p, lines
}

// pastes puts a block of the four columns into the grid.
func (f *fuzzed) pastes() {
	p, lines := f.block(len(f.ids))
	p.onto(f.rows, lines)
	f.did("pastes %q at row %d", p.block, p.start+1)
	w := f.json("reporter", "/paste", url.Values{"block": {p.block}, "start": {fuzzCodes[p.start]}, "column": {"num"}})
	var answer reporting.PastedJSON
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 200 && w.Code != 422 {
		f.t.Fatalf("%d %s after:\n%s", w.Code, w.Body, strings.Join(f.log, "\n"))
	}
	f.rows = p.rows
	if answer.Batch != nil {
		f.batch, f.undo = fmt.Sprint(answer.Batch.ID), p.undo
	}
}

// takesBack undoes the last paste: what was saved since stays.
func (f *fuzzed) takesBack() {
	if f.batch == "" {
		return
	}
	f.did("takes the paste back")
	for range 1 + f.r.IntN(2) {
		if w := f.json("reporter", "/undo", url.Values{"batch": {f.batch}}); w.Code != 200 {
			f.t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	for i, u := range f.undo {
		if f.rows[i].String() == u[1].String() {
			f.rows[i] = u[0]
		}
	}
	f.batch = ""
}

// signedOut sends something after the session ended: nothing is saved, and the answer is no success.
func (f *fuzzed) signedOut() {
	i := f.r.IntN(len(f.ids))
	f.did("is signed out")
	if w := f.json("", "/cells", f.cell(i, f.input(i), f.seen[i])); w.Code == 200 {
		f.t.Fatalf("somebody who is signed out saves: %s", w.Body)
	}
}

// blank empties the rows of the report, for the next officer.
func (f *fuzzed) blank() {
	f.t.Helper()
	blank := url.Values{}
	doc, err := goquery.NewDocumentFromReader(open(f.h, "reporter", report).Body)
	if err != nil {
		f.t.Fatal(err)
	}
	for i, id := range f.ids {
		for k, v := range f.cell(i, typedRow{}, doc.Find(`[name="seen-`+id+`"]`).AttrOr("value", "0")) {
			blank[k] = v
		}
	}
	if w := f.json("reporter", "/cells", blank); w.Code != 200 {
		f.t.Fatalf("%d %s", w.Code, w.Body)
	}
}

var fuzzCodes = []string{"CPS07", "CPS08", "CPS10", "CPS03", "CPS17"}

// 200 officers type, paste, take back, press twice, send late and signed out in random order: the screen, what is stored and what is printed are
// what the model says, after every step.
func TestFiling_nothingLostNothingUnseen(t *testing.T) {
	h := newFiling(t)
	ids := definitions(t, h)
	for seed := range uint64(200) {
		f := &fuzzed{t: t, h: h, r: rand.New(rand.NewPCG(seed, 13)), ids: ids, rows: make([]typedRow, len(ids))}
		f.did("seed %d", seed)
		f.blank()
		f.screen()
		for range 5 {
			[]func(){f.types, f.types, f.pastes, f.pastes, f.takesBack, f.late, f.signedOut}[f.r.IntN(7)]()
			f.screen()
		}
	}
}
