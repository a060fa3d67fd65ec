package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"chiso/internal/backup"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Manifest says what a backup holds (bản kê).
type Manifest struct {
	Program string    `json:"program"` // version of the program that made it
	At      time.Time `json:"at"`
	store.Snapshot
}

// Total is the number of rows in all tables.
func (m *Manifest) Total() (n int64) {
	for _, rows := range m.Rows {
		n += rows
	}
	return n
}

// BackupRequest says where a backup goes and who can open it.
type BackupRequest struct {
	Path    string // of the file
	To      []backup.Recipient
	Plain   bool   // neither encrypted nor compressed: to be read by people
	Account string // who asks for it
}

// BackupResult is a backup that was written or opened.
type BackupResult struct {
	Path      string        `json:"path"`
	Size      int64         `json:"size"`   // bytes
	SHA256    string        `json:"sha256"` // of the file
	Encrypted bool          `json:"encrypted"`
	Took      time.Duration `json:"took"` // nanoseconds
	Manifest  Manifest      `json:"manifest"`
}

// Backup writes everything in the database, as it is in one moment, into a file, while others read and write. The file is there when
// it is whole; until then what stood at its path stays. The audit notes it, except in a database of another schema.
func (a *App) Backup(ctx context.Context, req BackupRequest) (res *BackupResult, err error) {
	defer fault.Context(&err, "app.Backup")
	begun := a.Clock()
	res = &BackupResult{Path: req.Path, Encrypted: len(req.To) > 0}
	err = backup.WriteFile(req.Path, func(w io.Writer) error {
		c := &counted{w: w, sum: sha256.New()}
		var sealed *backup.Writer
		err := a.Store.Export(ctx, func(s store.Snapshot) (_ io.Writer, err error) {
			res.Manifest = Manifest{Program: a.Version, At: begun.UTC().Truncate(time.Second), Snapshot: s}
			sealed, err = backup.NewWriter(c, res.Manifest, backup.Sealing{To: req.To, Plain: req.Plain})
			return sealed, err
		})
		if err != nil {
			return err
		}
		if err := sealed.Close(); err != nil {
			return err
		}
		res.Size, res.SHA256 = c.n, hex.EncodeToString(c.sum.Sum(nil))
		return nil
	})
	if err != nil {
		return nil, err
	}
	res.Took = a.Clock().Sub(begun)
	if have, err := a.Store.Schema(ctx); err != nil {
		return nil, err
	} else if need, err := a.Store.Needed(); err != nil || have != need {
		return res, err
	}
	detail := fmt.Sprintf(
		"Sao lưu vào %s, phiên bản dữ liệu %d, %s byte, SHA-256 %s",
		filepath.Base(req.Path),
		res.Manifest.Revision,
		vi.FormatInt(res.Size),
		res.SHA256,
	)
	if !res.Encrypted {
		detail += ", không mã hóa"
	}
	return res, a.Store.People(ctx, func(p *store.People) error {
		return p.Audit(store.Entry{Account: req.Account, Action: "backup", Target: "backup:" + filepath.Base(req.Path), Detail: detail})
	})
}

// counted sums what goes through it.
type counted struct {
	w   io.Writer
	n   int64
	sum hash.Hash
}

// Write passes on.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	_, _ = c.sum.Write(p[:n])
	return n, err
}

// ReadManifest says what a backup holds, without a key. Whether the rest of the file is whole shows when it is restored.
func ReadManifest(path string) (res *BackupResult, err error) {
	f, r, err := openBackup(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	res = &BackupResult{Path: path, Size: info.Size(), Encrypted: r.Encrypted}
	if err := r.Manifest(&res.Manifest); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, err
	}
	res.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return res, nil
}

func openBackup(path string) (*os.File, *backup.Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.NotFound, "Không đọc được tệp %s.", path)
	}
	r, err := backup.NewReader(f)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, r, nil
}

// Restore fills the empty database with a backup of either engine and brings it to the schema of this program. It refuses a database
// that holds anything, and stores nothing of a broken backup. account is noted in the audit; "" notes nothing, for a drill.
func (a *App) Restore(ctx context.Context, path string, keys []backup.Identity, account string) (res *BackupResult, err error) {
	defer fault.Context(&err, "app.Restore")
	begun := a.Clock()
	res, err = ReadManifest(path)
	if err != nil {
		return nil, err
	}
	f, r, err := openBackup(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, end, err := r.Open(keys)
	defer end()
	if err != nil {
		return nil, err
	}
	if err := a.Store.Restore(ctx, res.Manifest.Snapshot, body); err != nil {
		return nil, err
	}
	if _, err := a.Store.Migrate(ctx); err != nil {
		return nil, err
	}
	res.Took = a.Clock().Sub(begun)
	if account == "" {
		return res, nil
	}
	m := res.Manifest
	return res, a.Store.People(ctx, func(p *store.People) error {
		return p.Audit(store.Entry{Account: account, Action: "restore", Target: "backup:" + filepath.Base(path),
			Detail: fmt.Sprintf(
				"Khôi phục từ bản sao lưu lúc %s, phiên bản dữ liệu %d, SHA-256 %s",
				m.At.In(a.Zone).Format("15:04 02/01/2006"),
				m.Revision,
				res.SHA256,
			)})
	})
}
