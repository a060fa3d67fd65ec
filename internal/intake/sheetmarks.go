package intake

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

func yes(b []byte) bool { return string(b) == "1" || string(b) == "true" }

// merge notes a merged range of more than one cell.
func (s *sheetScan) merge(ref []byte) error {
	if len(s.merges) >= s.limits.Merges {
		return fault.New(fault.TooLarge, "Trang tính %s có hơn %s ô gộp. Hãy bỏ gộp ô (Unmerge) ở vùng không cần.",
			quote(s.name), vi.FormatInt(int64(s.limits.Merges)))
	}
	a, b, two := bytes.Cut(ref, []byte(":"))
	if !two {
		return nil
	}
	left, top, ok1 := cellOfRef(a)
	right, bottom, ok2 := cellOfRef(b)
	if !ok1 || !ok2 || right < left || bottom < top {
		return fmt.Errorf("%w: merged range %q", errXML, ref)
	}
	s.merges = append(s.merges, mergeRange{top: top, bottom: bottom, left: int(left) - 1, right: int(right) - 1})
	return nil
}

// cellOfRef reads a cell name such as "AB12".
func cellOfRef(ref []byte) (column, line int32, ok bool) {
	ref = bytes.ReplaceAll(ref, []byte("$"), nil)
	if column = columnOf(ref); column == 0 {
		return 0, 0, false
	}
	n, err := strconv.ParseInt(strings.TrimLeft(string(ref), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 10, 32)
	return column, int32(n), err == nil && n >= 1 && n <= 1_048_576
}

func (s *sheetScan) sortMerges() {
	slices.SortFunc(s.merges, func(a, b mergeRange) int { return cmp.Or(cmp.Compare(a.top, b.top), cmp.Compare(a.left, b.left)) })
}

// hide notes hidden columns.
func (s *sheetScan) hide(attrs []byte) {
	from, err1 := strconv.ParseInt(string(attr(attrs, "min")), 10, 32)
	to, err2 := strconv.ParseInt(string(attr(attrs, "max")), 10, 32)
	if yes(attr(attrs, "hidden")) && err1 == nil && err2 == nil && len(s.hides) < 1000 {
		s.hides = append(s.hides, columnSpan{int32(from), int32(to)})
	}
}

// reportColumns warns of hidden columns that the table reads.
func (s *sheetScan) reportColumns(t *table) {
	if s.hidden && t.tables == 1 {
		t.found(
			check.Warning,
			"",
			HiddenSheet,
			"Trang tính ẩn "+quote(s.name)+" vẫn được đọc. Nếu không nộp trang này, hãy xóa trang hoặc đổi tên thành Nháp.",
		)
	}
	for _, h := range s.hides {
		for c := h.from; c <= h.to && int(c) <= s.limits.Columns; c++ {
			if t.reads(int(c) - 1) {
				ref := check.Cell{Line: 1, Column: c}.Ref()
				t.found(check.Warning, "", HiddenColumn, "Cột ẩn "+strings.TrimRight(ref, "1")+" của trang "+quote(s.name)+
					" vẫn được đọc. Hãy bỏ ẩn (Unhide) để kiểm tra, hoặc xóa cột nếu không dùng.")
			}
		}
	}
}

// reads reports whether a column of the sheet means something in the layout.
func (t *table) reads(c int) bool {
	for r, at := range t.layout.at {
		if at == c && role(r) != roleIgnored && role(r) != roleUnit {
			return true
		}
	}
	return t.figureColumn(c)
}

// hiddenRows collects the hidden rows of a sheet that hold figures.
type hiddenRows struct {
	any   bool // the current row is hidden
	first int
	last  int
	count int
	cell  string
}

func (h *hiddenRows) see(t *table, row *check.Row) {
	if row.Line == h.last {
		return
	}
	if h.last = row.Line; h.count == 0 {
		h.first, h.cell = row.Line, check.Cell{Line: int32(row.Line), Column: int32(max(t.agencyCol, 0) + 1)}.Ref()
	}
	h.count++
}

func (h *hiddenRows) report(t *table) {
	if h.count > 0 {
		t.found(check.Warning, h.cell, HiddenRow, fmt.Sprintf("%d dòng ẩn (từ dòng %d đến dòng %d) vẫn được đọc. "+
			"Hãy bỏ ẩn hoặc bỏ lọc để kiểm tra, hoặc xóa các dòng không nộp.", h.count, h.first, h.last))
	}
}
