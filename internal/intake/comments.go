package intake

import (
	"path"
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// maxComments is how many comments of a sheet are kept, maxComment how long one is.
const maxComments, maxComment = 5000, 2000

// commentRels finds the parts that hold the comments of a sheet.
type commentRels struct {
	dir   string
	parts []string // conversations last: they hold the whole of what the others only repeat
}

func (w *commentRels) start(name, attrs []byte) error {
	if string(name) != "Relationship" {
		return nil
	}
	kind := string(attr(attrs, "Type"))
	if threaded := strings.HasSuffix(kind, "/threadedComment"); threaded || strings.HasSuffix(kind, "/comments") {
		target := strings.ReplaceAll(unescape(attr(attrs, "Target")), "\\", "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(w.dir, target)
		}
		target = strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
		if threaded {
			w.parts = append(w.parts, target)
		} else {
			w.parts = append([]string{target}, w.parts...)
		}
	}
	return nil
}
func (w *commentRels) end([]byte) error  { return nil }
func (w *commentRels) text([]byte) error { return nil }

// commentsWalk reads the comments of a sheet. What Chiso wrote into a marked file is none.
type commentsWalk struct {
	all      map[check.Cell]string
	authors  []string
	author   string
	at       check.Cell
	threaded bool
	in       bool // a text that counts
	buf      []byte
	own      []byte // of an author
	inAuthor bool
}

func (w *commentsWalk) start(name, attrs []byte) error {
	switch string(name) {
	case "author":
		w.inAuthor, w.own = true, w.own[:0]
	case "comment", "threadedComment":
		column, line, ok := cellOfRef(attr(attrs, "ref"))
		w.at, w.buf, w.author = check.Cell{Line: line, Column: column}, w.buf[:0], ""
		if !ok {
			w.at = check.Cell{}
		}
		if w.threaded = string(name) == "threadedComment"; !w.threaded {
			if i := smallNumber(attr(attrs, "authorId")); i >= 0 && i < len(w.authors) {
				w.author = w.authors[i]
			}
		}
	case "t":
		w.in = !w.threaded
	case "text":
		w.in = w.threaded
	}
	return nil
}

// smallNumber reads a small number, -1 for anything else.
func smallNumber(b []byte) (n int) {
	for _, c := range b {
		if c < '0' || c > '9' || n > 1e6 {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	if len(b) == 0 {
		return -1
	}
	return n
}

func (w *commentsWalk) text(b []byte) error {
	switch {
	case w.inAuthor && len(w.own) < 200:
		w.own = appendUnescaped(w.own, b)
	case w.in && len(w.buf) < maxComment:
		w.buf = appendUnescaped(w.buf, b)
	}
	return nil
}

func (w *commentsWalk) end(name []byte) error {
	switch string(name) {
	case "author":
		w.inAuthor = false
		w.authors = append(w.authors, vi.Clean(string(w.own)))
	case "t", "text":
		w.in = false
	case "comment", "threadedComment":
		w.keep()
	}
	return nil
}

// keep takes one comment: without the name of its author, which Excel writes before it, and without what Chiso added.
func (w *commentsWalk) keep() {
	text := string(w.buf)
	if i := strings.Index(text, "———"); i >= 0 {
		text = text[:i]
	}
	text = vi.Clean(text)
	if w.author != "" {
		text = strings.TrimSpace(strings.TrimPrefix(text, w.author+":"))
	}
	if w.at.Line == 0 || text == "" || w.author == author || reOwn.MatchString(text) || len(w.all) >= maxComments {
		return
	}
	if old := w.all[w.at]; w.threaded && old != "" && !strings.HasPrefix(old, "[") { // an answer to the one before
		text = old + " " + text
	}
	if w.all == nil {
		w.all = map[check.Cell]string{}
	}
	w.all[w.at] = text
}

// comments reads those of a sheet, nil without any.
func (a *archive) comments(sheet string, done map[string]bool) (map[check.Cell]string, error) {
	dir, file := path.Split(sheet)
	rels := dir + "_rels/" + file + ".rels"
	if a.files[rels] == nil || done[rels] {
		return nil, nil
	}
	done[rels] = true
	w := &commentRels{dir: dir}
	if err := a.walk(rels, w); err != nil {
		return nil, err
	}
	c := &commentsWalk{}
	for _, part := range w.parts {
		if a.files[part] == nil || done[part] {
			continue
		}
		done[part] = true
		if err := a.walk(part, c); err != nil {
			return nil, err
		}
	}
	return c.all, nil
}

var (
	reScaled = regexp.MustCompile(`\b(nghin|ngan|trieu|ty|1000d?|trd|tr\.d)\b`)
	// reDoubtful are words by which a comment makes a figure less, or something else, than it looks.
	reDoubtful = regexp.MustCompile(
		`\b(uoc|tam tinh|so bo|khoang|gan|hon|chua (chot|day du|xac nhan|chinh thuc|tinh|gom|bao gom)|luy ke|muc tieu|ke hoach|cung ky|ky truoc|thang truoc|nam truoc|sai|nham|kiem tra lai|xem lai|khong (tinh|gom|bao gom)|chi tinh)\b`,
	)
)

// headComment takes what a comment says of a heading, as if it stood in brackets behind it: a unit, a target, a period. What is
// not understood and may change the figures is kept, to be asked about.
func (t *table) headComment(c *column, f *check.Field) {
	text := t.scan.comments[f.At]
	if text == "" || !c.figures() {
		return
	}
	year := ""
	if t.title.day != 0 {
		year = t.title.day.ISO()[:4]
	}
	folded := strings.Trim(vi.Fold(text), "()*. ")
	if s, ok := t.r.headers.phrase(folded, year, 2); ok {
		c.take(s)
		return
	}
	if unit, ok := vi.LabelledUnit(folded); ok && t.r.headers.unitText(unit) != "" && c.unit == "" {
		c.unit = t.r.headers.unitText(unit)
		return
	}
	c.comment = text
}

// tellComments says which comments of a header were not taken; ok is false when one may change the figures.
func (t *table) tellComments(cols []column, rows []headRow) (ok bool) {
	ok = true
	if t.scan == nil || t.scan.comments == nil {
		return ok
	}
	for _, h := range rows {
		for i := range h.fields {
			f := &h.fields[i]
			text := t.scan.comments[f.At]
			switch {
			case text == "" || i >= len(cols):
			case !cols[i].figures():
				t.captionComment(f, text)
			case cols[i].comment != text:
				t.commentTaken(f, text, "là phần của tiêu đề cột")
			case reScaled.MatchString(vi.Fold(text)) && cols[i].aside == "":
				ok = t.ask(
					&cols[i],
					CellComment,
					"Ghi chú của ô "+f.Ref()+" viết “"+short(
						text,
					)+"”, có thể đổi đơn vị tính của cả cột. Hãy ghi đơn vị tính vào tiêu đề cột rồi xóa ghi chú.",
				)
			case reDoubtful.MatchString(vi.Fold(text)):
				t.comment(f, text, check.Warning)
			default:
				t.comment(f, text, check.Info)
			}
		}
	}
	return ok
}

// captionComment takes the unit that a comment above a table gives.
func (t *table) captionComment(f *check.Field, text string) {
	if t.caption(text) {
		t.commentTaken(f, text, "là đơn vị tính của bảng")
	} else {
		t.comment(f, text, check.Info)
	}
}

func (t *table) commentTaken(f *check.Field, text, as string) {
	t.found(check.Info, f.Ref(), CommentTaken, "Ghi chú của ô "+f.Ref()+" (“"+short(text)+"”) được hiểu "+as+".")
}

// comment says that a comment was not taken.
func (t *table) comment(f *check.Field, text string, severity check.Severity) {
	if t.commented++; t.commented <= maxDoubts {
		t.found(
			severity,
			f.Ref(),
			CommentUnread,
			"Ô "+f.Ref()+" có ghi chú “"+short(text)+"”: nội dung ghi chú không được đọc. Điều cần báo cáo thì hãy ghi vào ô hoặc cột Ghi chú.",
		)
	}
}

// rowComments looks at the comments of a row: one that is a unit, a target or a period makes a figure another one and is asked about.
func (t *table) rowComments(fields []check.Field) {
	for i := range fields {
		f := &fields[i]
		text := t.scan.comments[f.At]
		if text == "" || isBlank(f) || t.state == heading {
			continue
		}
		if t.state == searching {
			t.captionComment(f, text)
			continue
		}
		if t.fate != fateRead && t.fate != fateTotal || !t.reads(i) {
			continue
		}
		folded := strings.Trim(vi.Fold(text), "()*. ")
		s, ok := t.r.headers.phrase(folded, "", 2)
		switch figure := t.figureColumn(i); {
		case figure && ok && s != (sense{}), figure && reScaled.MatchString(folded):
			t.doubt(
				f,
				CellComment,
				"Ghi chú của ô "+f.Ref()+" viết “"+short(
					text,
				)+"”, làm số trong ô thành số khác. Hãy ghi điều đó vào ô hoặc tiêu đề cột rồi xóa ghi chú.",
			)
		case figure && reDoubtful.MatchString(folded):
			t.comment(f, text, check.Warning)
		default:
			t.comment(f, text, check.Info)
		}
	}
}
