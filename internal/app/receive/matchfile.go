package receive

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/match"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// ReadMatchFile reads what MatchCSV writes: memories of the one who gives it, weighed like those that are kept.
func ReadMatchFile(data []byte) (m Memories, err error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	m.Lines = map[string]string{}
	const bad = "Tệp cách ghép không đúng ở dòng %d: %s. Cần các cột kind,table,heading,reads như tệp do --write-match hoặc trang Cách đọc tệp ghi ra."
	for n := 1; ; n++ {
		f, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return m, nil
		case err != nil:
			return m, fault.Wrap(err, fault.Unreadable, bad, n, "không phải CSV")
		case n == 1 && (len(f) < 4 || !slices.Equal(f[:4], matchHead[:4])):
			return m, fault.New(fault.Unreadable, bad, n, "thiếu dòng tiêu đề")
		case n == 1:
			continue
		case len(f) < 4 || strings.TrimSpace(f[2]) == "" || strings.TrimSpace(f[3]) == "":
			return m, fault.New(fault.Unreadable, bad, n, "thiếu tiêu đề cột hoặc cách đọc")
		}
		target := ReadTarget(strings.TrimSpace(f[3]))
		switch store.MatchKind(f[0]) {
		case store.MatchColumn:
			m.Columns = append(m.Columns, match.Memory{Heading: match.HeadingKey([]string{f[2]}), Table: f[1], Target: target})
		case store.MatchLine:
			m.Lines[vi.Fold(f[2])] = target.Code
		default:
			return m, fault.New(fault.Unreadable, bad, n, "kind phải là column hoặc line")
		}
	}
}

// MatchFileOf writes how the files of a result were read, for ReadMatchFile: the columns and lines with headings of their own.
func MatchFileOf(res *Result) ([]byte, error) {
	var list []store.HeadingMatch
	for _, f := range res.Files {
		if f.Matching != nil {
			list = append(list, f.Matching.matches(f.File)...)
		}
	}
	return MatchCSV(list)
}
