package store

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
)

// Head is a line of the audit by its number and hash. Written down outside the database it vouches for every line up to it, and by
// their digests for what those lines are about.
type Head struct {
	Chain Chain
	Seq   int64
	Hash  string // hexadecimal: whole, or its beginning as it was printed
}

// headDigits is how much of a hash is printed: 80 bits, that nobody can match by trying and people can still type.
const headDigits = 20

func (c Chain) letter() string { return strings.ToUpper(string(c[:1])) }

// String is the head as it is printed: O1234-0123456789abcdef0123, O for the official chain, A for the one of access.
func (h Head) String() string {
	if h.Seq == 0 {
		return ""
	}
	return h.Chain.letter() + strconv.FormatInt(h.Seq, 10) + "-" + h.Hash[:min(headDigits, len(h.Hash))]
}

var headText = regexp.MustCompile(`^([OA])([1-9][0-9]{0,17})-([0-9a-f]{20,64})$`)

// ParseHead reads a head as it was printed, whatever the case and spaces; a fault of kind Usage for anything else.
func ParseHead(text string) (Head, error) {
	clean := strings.Join(strings.Fields(text), "")
	if clean != "" {
		clean = strings.ToUpper(clean[:1]) + strings.ToLower(clean[1:])
	}
	m := headText.FindStringSubmatch(clean)
	if m == nil {
		return Head{}, fault.New(fault.Usage, "Mốc nhật ký %q không đúng dạng. Hãy ghi như đã in, ví dụ O1234-0123456789abcdef0123.", text)
	}
	seq, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil {
		return Head{}, err
	}
	chain := Official
	if m[1] == "A" {
		chain = Access
	}
	return Head{chain, seq, m[3]}, nil
}

// Heads returns the last lines of both chains as they are now, the official one first; none of a chain without a line.
func (s *Store) Heads(ctx context.Context) (out []Head, err error) {
	defer sayAway(&err)
	err = s.read.WithContext(ctx).Raw("SELECT chain, seq, hash FROM audit_head WHERE seq > 0 ORDER BY chain DESC").Scan(&out).Error
	return out, err
}

// Head returns the last line of the official chain that belongs to the view's revision or an earlier one: the same for every page and
// workbook of that revision. It is zero where the audit had not begun.
func (v *View) Head() (Head, error) { return v.HeadAt(v.rev.ID) }

// HeadAt is Head for a revision up to the view's.
func (v *View) HeadAt(revision int64) (h Head, err error) {
	defer fault.Context(&err, "store.HeadAt(%d)", revision)
	err = v.db.Raw("SELECT seq, hash FROM audit WHERE chain = 'official' AND revision = (SELECT MAX(revision) FROM audit WHERE chain = 'official' AND revision > 0 AND revision <= ?) ORDER BY seq DESC LIMIT 1",
		revision).
		Scan(&h).
		Error
	h.Chain = Official // not before: what is scanned into is emptied first
	return h, err
}

// CheckHead compares a head that was written down with the audit and returns a sentence for what is wrong, "" for nothing.
func (v *View) CheckHead(h Head) (problem string, err error) {
	defer fault.Context(&err, "store.CheckHead")
	var row struct{ Hash string }
	res := v.db.Raw("SELECT hash FROM audit WHERE chain = ? AND seq = ?", string(h.Chain), h.Seq).Scan(&row)
	if res.Error != nil {
		return "", res.Error
	}
	var last int64
	if err := v.db.Raw("SELECT COALESCE(MAX(seq), 0) FROM audit WHERE chain = ?", string(h.Chain)).Scan(&last).Error; err != nil {
		return "", err
	}
	switch {
	case row.Hash == "" && last < h.Seq:
		return fmt.Sprintf("Mốc %s: nhật ký ở đây dừng ở mục số %d. Đây là một bản cũ hơn mốc, hoặc phần cuối đã bị cắt.", h, last), nil
	case row.Hash == "":
		return fmt.Sprintf("Mốc %s: không còn mục nhật ký mang số này.", h), nil
	case !strings.HasPrefix(row.Hash, h.Hash):
		return fmt.Sprintf(
			"Mốc %s: mục nhật ký số %d ở đây có mã khác (%s…). Nhật ký đã được viết lại sau khi mốc được in, hoặc đây không phải cơ sở dữ liệu đã in mốc.",
			h,
			h.Seq,
			row.Hash[:min(headDigits, len(row.Hash))],
		), nil
	}
	return "", nil
}
