package ledger

import (
	"bytes"
	"context"
	"path"
	"strings"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Document is an act or letter that something rests on.
type Document = store.Document

// CheckDocument asks for what names an act.
func CheckDocument(d Document) error {
	if vi.Clean(d.Number) == "" || vi.Clean(d.Issuer) == "" || d.Day == 0 || d.Day.IsOpen() {
		return fault.New(fault.Invalid, "Hãy ghi văn bản làm căn cứ: số, ngày và cơ quan ban hành.")
	}
	return nil
}

// Writer returns the name under which the actor of the context changes things; nobody who has not signed in does. Whether they
// may is checked inside the Write.
func Writer(ctx context.Context, act access.Action) (string, error) {
	who := access.From(ctx)
	if !who.SignedIn() {
		return "", access.Ground{}.Check(who, act, access.Target{})
	}
	return who.Name, nil
}

// evidenceKinds are the kinds of file that prove something: by extension, with how their bytes begin.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var evidenceKinds = map[string]struct{ begins, media string }{
	".pdf":  {"%PDF-", "application/pdf"},
	".png":  {"\x89PNG\r\n", "image/png"},
	".jpg":  {"\xff\xd8\xff", "image/jpeg"},
	".jpeg": {"\xff\xd8\xff", "image/jpeg"},
	".xlsx": {"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".docx": {"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
}

// EvidenceFile returns the bare name of a file that proves something and what it is; it refuses other kinds.
func EvidenceFile(f ImportFile) (name, media string, err error) {
	name = vi.FileName(f.Name)
	kind, ok := evidenceKinds[strings.ToLower(path.Ext(name))]
	if !ok || !bytes.HasPrefix(f.Data, []byte(kind.begins)) {
		return "", "", fault.New(
			fault.Invalid,
			"Tệp minh chứng phải là .pdf, .png, .jpg, .xlsx hoặc .docx và đúng nội dung như đuôi tệp; %s không phải.",
			name,
		)
	}
	return name, kind.media, nil
}

func MediaOf(name string) string {
	if strings.HasSuffix(strings.ToLower(name), ".csv") {
		return "text/csv"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}
