package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/backup"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Drill is the record of a restore that was tried (biên bản diễn tập khôi phục).
type Drill struct {
	Backup     *BackupResult `json:"backup"` // what was restored; Took is how long that took
	At         time.Time     `json:"at"`
	Program    string        `json:"program"`
	Problems   []string      `json:"problems"`   // what Verify found
	Verified   time.Duration `json:"verified"`   // how long Verify took, nanoseconds
	Recomputed time.Duration `json:"recomputed"` // how long making everything again took
	Tables     Remade        `json:"tables"`     // of the approved releases
	Workbooks  Remade        `json:"workbooks"`  // of the approved releases
	Packs      Remade        `json:"packs"`      // files of the packs that were built
	Differs    []string      `json:"differs"`    // sentences
}

// Remade counts files that were made again from the restored figures.
type Remade struct {
	Files int `json:"files"`
	Equal int `json:"equal"` // the same bytes
	Cells int `json:"cells"` // other bytes, the same cells: another version of the program writes them otherwise
}

func (r Remade) whole() bool { return r.Equal+r.Cells == r.Files }

// Passed reports whether the backup can be relied on.
func (d *Drill) Passed() bool {
	return len(d.Problems) == 0 && len(d.Differs) == 0 && d.Tables.whole() && d.Workbooks.whole() && d.Packs.whole()
}

// maxDiffers is how many differences a record names.
const maxDiffers = 10

// RunDrill restores a backup into the empty database of the App, which is a temporary one, checks it and makes every release and pack
// in it again.
func (a *App) RunDrill(ctx context.Context, path string, keys []backup.Identity) (_ *Drill, err error) {
	defer fault.Context(&err, "app.RunDrill")
	d := &Drill{At: a.Clock(), Program: a.Version}

	if d.Backup, err = a.Restore(ctx, path, keys, ""); err != nil {
		return nil, err
	}
	begun := a.Clock()
	if d.Problems, err = a.Verify(ctx); err != nil {
		return nil, err
	}
	d.Verified = a.Clock().Sub(begun)
	begun = a.Clock()
	ctx = access.With(ctx, access.Machine("drill"))
	if err := a.remake(ctx, d); err != nil {
		return nil, err
	}
	d.Recomputed = a.Clock().Sub(begun)
	return d, nil
}

// remake makes what is kept as files again and compares it.
func (a *App) remake(ctx context.Context, d *Drill) error {
	return a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		releases, err := v.Releases(false)
		if err != nil {
			return err
		}
		for i := range releases {
			if err := a.remakeRelease(ctx, v, &releases[i], d); err != nil {
				return fmt.Errorf("release %d: %w", releases[i].ID, err)
			}
		}
		builds, err := v.Builds(store.BuildQuery{})
		if err != nil {
			return err
		}
		for i := range builds {
			if err := a.remakeBuild(v, &builds[i], d); err != nil {
				return fmt.Errorf("build %d: %w", builds[i].ID, err)
			}
		}
		return nil
	})
}

// remakeRelease makes the tables and the workbook of a release again at its revision.
func (a *App) remakeRelease(ctx context.Context, v *store.View, rel *filing.Release, d *Drill) error {
	then, err := v.At(rel.Revision)
	if err != nil {
		return err
	}
	c, err := a.Catalogue(then)
	if err != nil {
		return err
	}
	tables, err := publish.Freeze(a.Ranker(then, c, ledger.Live, time.Time{}), rel)
	if err != nil {
		return err
	}
	frozen, err := json.Marshal(tables)
	if err != nil {
		return err
	}
	d.Tables.Files++
	if store.SHA256(frozen) == rel.Frozen {
		d.Tables.Equal++
	} else {
		d.differ("Bảng số liệu của bản công bố số %d lập lại khác bản đã lưu.", rel.ID)
	}
	kept, err := v.File(rel.Pack)
	if err != nil {
		return err
	}
	props, err := report.Properties(kept)
	if err != nil {
		return err
	}
	again, err := a.MakeReleasePack(ctx, rel, props.Program) // the version stands in the workbook
	if err != nil {
		return err
	}
	return d.compare(&d.Workbooks, fmt.Sprintf("Tệp của bản công bố số %d", rel.ID), kept, again)
}

// remakeBuild makes the files of a pack again; of one that was never finished those that are there.
func (a *App) remakeBuild(v *store.View, b *filing.Build, d *Drill) error {
	var rel *filing.Release
	if b.Release != 0 {
		found, err := v.Release(b.Release)
		if err != nil {
			return err
		}
		rel = &found
	}
	have := map[int]filing.BuildFile{}
	for _, f := range b.Files {
		have[f.Ord] = f
	}
	missing := map[int]bool{}
	for ord := 1; ord <= b.Total; ord++ {
		_, there := have[ord]
		missing[ord] = !there
	}
	if len(have) == 0 {
		return nil
	}
	return a.EachWorkbook(v, b, rel, missing, func(ord, _ int, w publish.PackWorkbook) error {
		f, there := have[ord]
		if !there {
			d.differ("Bộ báo cáo “%s” (lần dựng %d) lập lại có thêm tệp %s.", b.Name, b.ID, w.Name)
			return nil
		}
		kept, err := v.File(f.SHA256)
		if err != nil {
			return err
		}
		return d.compare(&d.Packs, fmt.Sprintf("Bộ báo cáo “%s” (lần dựng %d), tệp %s", b.Name, b.ID, f.Name), kept, w.Data)
	})
}

// compare counts a file that was made again, and names the first cell in which it differs.
func (d *Drill) compare(n *Remade, what string, kept, again []byte) error {
	n.Files++
	if store.SHA256(kept) == store.SHA256(again) {
		n.Equal++
		return nil
	}
	cells, more, err := report.Compare(kept, again)
	if err != nil {
		return err
	}
	if len(cells) == 0 {
		n.Cells++
		return nil
	}
	d.differ(
		"%s: trang “%s”, ô %s lưu “%s”, lập lại “%s” (%d ô khác).",
		what,
		cells[0].Sheet,
		cells[0].Cell,
		cells[0].Kept,
		cells[0].Found,
		len(cells)+more,
	)
	return nil
}

func (d *Drill) differ(format string, args ...any) {
	d.Differs = append(d.Differs, fmt.Sprintf(format, args...))
}

// Print writes the record as one page of text.
func (d *Drill) Print(w io.Writer) error {
	m := d.Backup.Manifest
	p := &page{}
	p.line("BIÊN BẢN DIỄN TẬP KHÔI PHỤC DỮ LIỆU")
	p.line("Lập lúc %s bằng Chiso %s, trong cơ sở dữ liệu tạm; số liệu đang dùng không bị động tới.", d.local(d.At), d.Program)
	p.head("1. Bản sao lưu")
	p.row("Tệp", "%s (%s byte, %s)", d.Backup.Path, vi.FormatInt(d.Backup.Size), locked(d.Backup.Encrypted))
	p.row("SHA-256", "%s", d.Backup.SHA256)
	p.row("Sao lưu lúc", "%s, cách lúc diễn tập %s", d.local(m.At), span(d.At.Sub(m.At)))
	p.row("Từ", "%s, lược đồ %d, chương trình %s", engine(m.Engine), m.Schema, m.Program)
	p.row("Số liệu đến", "phiên bản %d, lúc %s", m.Revision, d.local(m.RevisionAt))
	p.row(
		"Gồm",
		"%s dòng trong %d bảng: %s số liệu, %s tệp, %s tài khoản",
		vi.FormatInt(m.Total()),
		len(m.Rows),
		vi.FormatInt(m.Rows["observation"]),
		vi.FormatInt(m.Rows["file"]),
		vi.FormatInt(m.Rows["account"]),
	)
	p.head("2. Khôi phục")
	p.row("Thời gian", "%s", Seconds(d.Backup.Took))
	p.row("Đối chiếu", "số dòng từng bảng và mã kiểm tra khớp bản kê")
	p.row("Mốc nhật ký", "%s", cmp.Or(strings.Join(m.HeadTexts(), ", "), "chưa có mục nào"))
	p.head("3. Kiểm tra (chiso check), " + Seconds(d.Verified))
	p.list(d.Problems, "Đạt: bảng hiện hành, điểm số, tệp, nhật ký khớp số liệu gốc.")
	p.head("4. Lập lại từ số liệu đã khôi phục, " + Seconds(d.Recomputed))
	p.row("Bảng công bố", "%s", d.Tables)
	p.row("Tệp công bố", "%s", d.Workbooks)
	p.row("Bộ báo cáo", "%s", d.Packs)
	p.list(d.Differs, "")
	verdict := "ĐẠT. Bản sao lưu này khôi phục được. Khôi phục bây giờ sẽ mất những gì ghi sau " + d.local(m.At) + "."
	if !d.Passed() {
		verdict = "KHÔNG ĐẠT. Chưa được dựa vào bản sao lưu này. Hãy giữ các bản trước, tìm nguyên nhân rồi diễn tập lại."
	}
	p.head("KẾT LUẬN: " + verdict)
	p.line("")
	p.line("Người thực hiện ................................    Người chứng kiến ................................")
	_, err := io.WriteString(w, p.String())
	return err
}

// String says how the files came out.
func (r Remade) String() string {
	switch {
	case r.Files == 0:
		return "chưa có tệp nào"
	case r.Equal == r.Files:
		return fmt.Sprintf("%d/%d trùng từng byte với bản đã lưu", r.Equal, r.Files)
	}
	return fmt.Sprintf(
		"%d/%d trùng từng byte, %d trùng mọi ô (do phiên bản chương trình khác), %d khác",
		r.Equal,
		r.Files,
		r.Cells,
		r.Files-r.Equal-r.Cells,
	)
}

// page is a page of text.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) head(title string) { p.line("\n%s", title) }

func (p *page) row(name, format string, args ...any) {
	p.line("   %s%s "+format, append([]any{name, strings.Repeat(" ", max(0, 15-len([]rune(name))))}, args...)...)
}

// list prints the first of some sentences, or that there are none.
func (p *page) list(sentences []string, none string) {
	if len(sentences) == 0 && none != "" {
		p.line("   %s", none)
	}
	for i, s := range sentences {
		if i == maxDiffers {
			p.line("   … và %d điều nữa.", len(sentences)-i)
			return
		}
		p.line("   - %s", s)
	}
}

func (d *Drill) local(t time.Time) string { return t.In(filing.Zone()).Format("15:04 02/01/2006") }

// Seconds prints how long something took.
func Seconds(d time.Duration) string {
	return vi.FormatNumber(vi.NewDecimal(max(1, (d.Milliseconds()+50)/100), 1), 1) + " giây"
}

// span prints a time of minutes, hours or days.
func span(d time.Duration) string {
	if d < time.Hour {
		return vi.FormatInt(int64(d.Minutes())) + " phút"
	} else if hours := int64(d.Hours()); hours < 48 {
		return vi.FormatNumber(vi.NewDecimal(int64(d.Minutes())*100/60, 2), 1) + " giờ"
	} else {
		return vi.FormatInt(hours/24) + " ngày"
	}
}

func locked(encrypted bool) string {
	if encrypted {
		return "có mã hóa"
	}
	return "không mã hóa"
}

func engine(code string) string {
	if code == "postgres" {
		return "PostgreSQL"
	}
	return "SQLite"
}
