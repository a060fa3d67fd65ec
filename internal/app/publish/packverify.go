package publish

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/report"
	"chiso/internal/store"
)

// packIdentity is what a workbook's properties say of where it comes from. It names no building, so that the same release gives the same bytes.
func packIdentity(b *filing.Build, id agency.ID) string {
	return strings.Join([]string{"chiso", "release=" + strconv.FormatInt(b.Release, 10), "revision=" + strconv.FormatInt(b.Revision, 10),
		"period=" + b.Period, "kind=" + string(b.Spec.Kind), "agency=" + string(id), "pack=" + strings.ReplaceAll(b.Name, ";", ",")}, ";")
}

// FileCheck is what is known of a workbook that somebody brings.
type FileCheck struct {
	SHA256   string
	Known    bool   // kept here byte for byte
	Equal    bool   // every cell is as in the file kept here
	Release  int64  // 0: none
	Title    string // of the release
	Revision int64
	Period   string
	Pack     string
	Program  string
	Kept     string   // name of the file kept here that it was compared with
	Differs  []string // the first cells that differ, as sentences
	More     int      // that are not listed
}

// VerifyFile says which release and pack a workbook comes from, by which version of the program, and whether its content is still that
// of the file that was kept when it was built. A file that was only saved again by a spreadsheet has other bytes and the same content.
func (a *Room) VerifyFile(ctx context.Context, data []byte) (out *FileCheck, err error) {
	defer fault.Context(&err, "publish.VerifyFile")
	props, err := report.Properties(data)
	if err != nil {
		return nil, err
	}
	out = &FileCheck{SHA256: store.SHA256(data), Program: props.Program, Revision: props.Revision}
	id := map[string]string{}
	for part := range strings.SplitSeq(props.Identity, ";") {
		key, value, _ := strings.Cut(part, "=")
		id[key] = value
	}
	out.Period, out.Pack = id["period"], id["pack"]
	out.Release, _ = strconv.ParseInt(id["release"], 10, 64) // nonsense is no release
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		kept, err := keptCopy(v, out, agency.ID(id["agency"]))
		if err != nil || kept.SHA256 == "" {
			return err
		}
		out.Kept = kept.Name
		if out.Known = kept.SHA256 == out.SHA256; out.Known {
			out.Equal = true
			return nil
		}
		original, err := v.File(kept.SHA256)
		if err != nil {
			return err
		}
		cells, more, err := report.Compare(original, data)
		for _, c := range cells {
			out.Differs = append(
				out.Differs,
				fmt.Sprintf("Trang “%s”, ô %s: bản lưu “%s”, tệp này “%s”.", c.Sheet, c.Cell, c.Kept, c.Found),
			)
		}
		out.More, out.Equal = more, len(cells) == 0
		return err
	})
	return out, err
}

// keptCopy finds the kept file that a workbook claims to be: the same bytes, else the newest one of the same release, pack and agency.
func keptCopy(v *store.View, c *FileCheck, id agency.ID) (best filing.BuildFile, err error) {
	if c.Release != 0 {
		r, err := v.Release(c.Release)
		if err == nil {
			c.Title = r.Title
			if r.Pack == c.SHA256 {
				return filing.BuildFile{Name: r.Title, SHA256: r.Pack}, nil
			}
		}
	}
	releases, err := v.Releases(false)
	if err != nil {
		return best, err
	}
	for _, r := range releases {
		if r.Pack == c.SHA256 {
			c.Release, c.Title = r.ID, r.Title
			return filing.BuildFile{Name: r.Title, SHA256: r.Pack}, nil
		}
	}
	for _, q := range []store.BuildQuery{{SHA256: c.SHA256}, {Release: c.Release}} {
		if q.SHA256 == "" && q.Release == 0 && c.Revision == 0 {
			continue
		}
		builds, err := v.Builds(q)
		if err != nil {
			return best, err
		}
		for _, b := range builds {
			for _, f := range b.Files {
				if q.SHA256 != "" && f.SHA256 == q.SHA256 ||
					q.SHA256 == "" && b.Name == c.Pack && b.Revision == c.Revision && f.Agency == id {
					c.Release, c.Period, c.Pack, c.Program, c.Revision = b.Release, b.Period, b.Name, b.Program, b.Revision
					return f, nil
				}
			}
		}
	}
	return best, nil
}
