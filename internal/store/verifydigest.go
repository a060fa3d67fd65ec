package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"chiso/internal/fault"
)

// digestTitles name the classes of objects for people.
func digestTitles() map[string]string {
	return map[string]string{
		"revision": "Phiên bản dữ liệu số",
		"report":   "Báo cáo số",
		"release":  "Bản công bố số",
		"round":    "Đợt báo cáo số",
		"document": "Văn bản số",
		"upload":   "Lần nộp số",
		"chain":    "Chuỗi duyệt của đơn vị",
		"contacts": "Đầu mối của đơn vị",
		"matches":  "Cách đọc tệp của đơn vị",
		"gap":      "Giải trình chênh lệch",
		"machine":  "Tài khoản của dòng lệnh số",
		"account":  "Tài khoản hoặc vai trò của tài khoản số",
	}
}

// lastDigest is what the audit said last of an object.
type lastDigest struct {
	seq    int64
	digest string
}

// verifyDigests compares every object with what the audit said of it last, and every line's digests with the line.
func (v *View) verifyDigests() (problems []string, err error) {
	defer fault.Context(&err, "store.verifyDigests")
	last := map[string]lastDigest{}
	for _, chain := range []Chain{Official, Access} {
		found, err := v.verifyLines(chain, last)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
	}
	anchors, err := v.verifyAnchors()
	if err != nil {
		return nil, err
	}
	problems = append(problems, anchors...)
	delete(last, anchorObject)
	now, err := v.allDigests()
	if err != nil {
		return nil, err
	}
	if len(last) == 0 && len(now) > 0 {
		return append(
			problems,
			"Nhật ký chưa giữ mã băm nội dung nào, nên sửa đổi ngoài chương trình không lộ ra. Hãy chạy chiso migrate để lập mốc đầu tiên.",
		), nil
	}
	return append(problems, compareDigests(last, now)...), nil
}

func compareDigests(last map[string]lastDigest, now map[string]string) (problems []string) {
	found := map[string][]string{}
	note := func(object, what string) {
		class, key, _ := strings.Cut(object, ":")
		found[class] = append(found[class], key+" "+what)
	}
	for object, sum := range now {
		if _, known := last[object]; !known {
			note(object, "không có mã băm nào trong nhật ký: được thêm ngoài chương trình")
		} else if l := last[object]; l.digest != sum {
			note(object, fmt.Sprintf("khác mã băm ở mục nhật ký số %d: đã bị sửa ngoài chương trình", l.seq))
		}
	}
	for object, l := range last {
		if l.digest != "" && now[object] == "" {
			note(object, fmt.Sprintf("có mã băm ở mục nhật ký số %d nhưng không còn: đã bị xóa ngoài chương trình", l.seq))
		}
	}
	titles := digestTitles()
	for _, class := range slices.Sorted(maps.Keys(found)) {
		list := found[class]
		slices.Sort(list)
		for _, s := range list[:min(maxNamed, len(list))] {
			problems = append(problems, titles[class]+" "+s+".")
		}
		if more := len(list) - maxNamed; more > 0 {
			problems = append(problems, fmt.Sprintf("%s …: còn %d đối tượng nữa khác mã băm trong nhật ký.", titles[class], more))
		}
	}
	return problems
}

// verifyLines compares the digests of a chain with its lines and puts the last one of each object into last.
func (v *View) verifyLines(chain Chain, last map[string]lastDigest) (problems []string, err error) {
	lines := map[int64]string{} // that carry digests
	rows, err := v.db.Raw("SELECT seq, digest FROM audit WHERE chain = ? AND digest <> '' ORDER BY seq", string(chain)).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq int64
		var digest string
		if err := rows.Scan(&seq, &digest); err != nil {
			return nil, err
		}
		lines[seq] = digest
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	say := func(seq int64) {
		if len(problems) < maxNamed {
			problems = append(problems, fmt.Sprintf("Nhật ký, chuỗi %s: các mã băm nội dung của mục số %d đã bị sửa.", chain, seq))
		}
	}
	err = v.eachLine(chain, func(seq int64, sums map[string]string) {
		for object, digest := range sums {
			last[object] = lastDigest{seq, digest}
		}
		if lines[seq] != sumOfDigests(sums) {
			say(seq)
		}
		delete(lines, seq)
	})
	for _, seq := range slices.Sorted(maps.Keys(lines)) {
		say(seq)
	}
	return problems, err
}

// eachLine calls fn with the digests of each line of a chain, in the order of the lines.
func (v *View) eachLine(chain Chain, fn func(seq int64, sums map[string]string)) error {
	rows, err := v.db.Raw("SELECT seq, object, digest FROM audit_digest WHERE chain = ? ORDER BY seq", string(chain)).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var at int64
	sums := map[string]string{}
	for rows.Next() {
		var seq int64
		var object, digest string
		if err := rows.Scan(&seq, &object, &digest); err != nil {
			return err
		}
		if seq != at && len(sums) > 0 {
			fn(at, sums)
			sums = map[string]string{}
		}
		at, sums[object] = seq, digest
	}
	if len(sums) > 0 {
		fn(at, sums)
	}
	return rows.Err()
}

// verifyAnchors looks for the lines of the access chain that lines of the official one name.
func (v *View) verifyAnchors() (problems []string, err error) {
	var anchors []struct {
		Seq    int64
		Digest string
	}
	if err := v.db.Raw("SELECT seq, digest FROM audit_digest WHERE chain = 'official' AND object = ? ORDER BY seq", anchorObject).Scan(&anchors).Error; err != nil {
		return nil, err
	}
	hashes := map[string]bool{}
	rows, err := v.db.Raw("SELECT seq, hash FROM audit WHERE chain = 'access'").Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq int64
		var hash string
		if err := rows.Scan(&seq, &hash); err != nil {
			return nil, err
		}
		hashes[anchorText(seq, hash)] = true
	}
	for _, a := range anchors {
		if !hashes[a.Digest] && len(problems) < maxNamed {
			seq, _, _ := strings.Cut(a.Digest, "-")
			problems = append(
				problems,
				fmt.Sprintf("Nhật ký truy cập đã được viết lại: mục số %s không còn như mục chính thức số %d đã ghi.", seq, a.Seq),
			)
		}
	}
	return problems, rows.Err()
}
