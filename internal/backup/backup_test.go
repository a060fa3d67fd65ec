package backup_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/internal/backup"
	"chiso/internal/fault"
)

// keyPair makes a key pair as the program does, through files.
func keyPair(t *testing.T) ([]backup.Recipient, []backup.Identity) {
	t.Helper()
	secret, public, err := backup.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "khoa.txt")
	if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	to, err := backup.Recipients([]string{public})
	if err != nil {
		t.Fatal(err)
	}
	ids, err := backup.Identities(path)
	if err != nil {
		t.Fatal(err)
	}
	return to, ids
}

type manifest struct{ Revision int64 }

var content = strings.Repeat("một dòng số liệu của bản sao lưu\n", 20_000)

func sealed(t *testing.T, s backup.Sealing) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := backup.NewWriter(&buf, manifest{42}, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func read(data []byte, ids []backup.Identity) (string, manifest, error) {
	var m manifest
	r, err := backup.NewReader(bytes.NewReader(data))
	if err != nil {
		return "", m, err
	}
	if err := r.Manifest(&m); err != nil {
		return "", m, err
	}
	body, end, err := r.Open(ids)
	defer end()
	if err != nil {
		return "", m, err
	}
	out, err := io.ReadAll(body)
	return string(out), m, err
}

func TestWhatIsSealedIsReadBack(t *testing.T) {
	to, ids := keyPair(t)
	second, other := keyPair(t)
	for name, s := range map[string]backup.Sealing{"encrypted": {To: append(to, second...)}, "compressed": {}, "plain": {Plain: true}} {
		data := sealed(t, s)
		for _, keys := range [][]backup.Identity{ids, other} {
			got, m, err := read(data, keys)
			if err != nil || got != content || m.Revision != 42 {
				t.Errorf("%s: %d bytes, revision %d, %v", name, len(got), m.Revision, err)
			}
		}
		if hidden := !bytes.Contains(data, []byte("bản sao lưu")); hidden != (len(s.To) > 0) {
			t.Errorf("%s: the text is hidden: %v", name, hidden)
		}
		if !s.Plain && len(data) > len(content)/10 {
			t.Errorf("%s: %d bytes of %d", name, len(data), len(content))
		}
	}
}

// Every cut and every changed byte is noticed, and so is a manifest that was exchanged.
func TestABrokenBackupIsNeverReadAsWhole(t *testing.T) {
	to, ids := keyPair(t)
	for _, s := range []backup.Sealing{{To: to}, {}} {
		data := sealed(t, s)
		body := bytes.IndexByte(data[len("chiso backup 1\n"):], '\n') + len("chiso backup 1\n") + 1
		for _, n := range []int{0, 5, body - 1, body, body + 10, len(data) / 2, len(data) - 1} {
			if _, _, err := read(data[:n], ids); fault.KindOf(err) != fault.Unreadable {
				t.Errorf("cut at %d of %d: %v", n, len(data), err)
			}
		}
		if len(s.To) > 0 {
			for _, n := range []int{body + 200, len(data) / 2, len(data) - 1} {
				changed := bytes.Clone(data)
				changed[n] ^= 1
				if got, _, err := read(changed, ids); err == nil {
					t.Errorf("changed at %d of %d: read %d bytes without an error", n, len(data), len(got))
				}
			}
		}
		if _, _, err := read(bytes.Replace(data, []byte(`"Revision":42`), []byte(`"Revision":43`), 1), ids); err == nil || !strings.Contains(err.Error(), "Bản kê") {
			t.Errorf("another manifest: %v", err)
		}
	}
}

func TestWhoCannotOpenABackupIsTold(t *testing.T) {
	to, _ := keyPair(t)
	_, others := keyPair(t)
	data := sealed(t, backup.Sealing{To: to})
	if _, _, err := read(data, nil); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "--identity") {
		t.Errorf("without a key: %v", err)
	}
	if _, _, err := read(data, others); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("with another's key: %v", err)
	}
	if _, _, err := read([]byte("SQLite format 3\x00"), nil); fault.KindOf(err) != fault.Unreadable {
		t.Errorf("no backup: %v", err)
	}
	if _, _, err := read([]byte("chiso backup 2\n{}\n"), nil); fault.KindOf(err) != fault.Unready {
		t.Errorf("a newer form: %v", err)
	}
	for _, k := range []string{"age1xyz", "AGE-SECRET-KEY-1"} {
		if _, err := backup.Recipients([]string{k}); fault.KindOf(err) != fault.Usage {
			t.Errorf("Recipients(%q) = %v", k, err)
		}
	}
}

func TestAFileIsWholeOrTheOneBefore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.backup")
	first := sealed(t, backup.Sealing{})
	if err := backup.WriteFile(path, func(w io.Writer) error { _, err := w.Write(first); return err }); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	fails := errors.New("no")
	if err := backup.WriteFile(path, func(w io.Writer) error { _, _ = w.Write(first[:10]); return fails }); !errors.Is(err, fails) {
		t.Errorf("WriteFile = %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, first) {
		t.Errorf("the one before is gone: %v", err)
	}
	other := filepath.Join(dir, "chiso.db")
	if err := os.WriteFile(other, []byte("SQLite format 3\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := backup.WriteFile(other, func(io.Writer) error { t.Error("written over a database"); return nil }); fault.KindOf(err) != fault.Usage {
		t.Errorf("WriteFile over a database = %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("%v stayed, %v", entries, err)
	}
}

func TestOldBackupsAreThinnedOut(t *testing.T) {
	zone := time.FixedZone("+07", 7*60*60)
	keep, err := backup.ParseKeeping("7/4/12")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"", "7", "7/4", "0/4/12", "7/4/x", "7/4/12/1", " 7/4/12"} {
		if _, err := backup.ParseKeeping(s); err == nil {
			t.Errorf("ParseKeeping(%q) took it", s)
		}
	}
	dir := t.TempDir()
	for _, other := range []string{"chiso.db", "chiso-tay.backup", "chiso-20260101-020000.backup.old"} {
		if err := os.WriteFile(filepath.Join(dir, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Two years of backups at 02:00 in Viet Nam, each followed by the pruning of its day.
	day := time.Date(2025, 1, 1, 2, 0, 0, 0, zone)
	last := time.Date(2026, 12, 1, 2, 0, 0, 0, zone)
	for ; !day.After(last); day = day.AddDate(0, 0, 1) {
		if err := os.WriteFile(filepath.Join(dir, backup.Name(day)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Prune(dir, keep, zone, day); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	// 1/12/2026 is a Tuesday. Days 25/11 to 1/12; the Sundays 29/11, 22/11, 15/11 (and this week); the last days of the eleven months before.
	var want []string
	for _, d := range []string{"20260131", "20260228", "20260331", "20260430", "20260531", "20260630", "20260731", "20260831", "20260930", "20261031",
		"20261115", "20261122", "20261125", "20261126", "20261127", "20261128", "20261129", "20261130", "20261201"} {
		at, err := time.ParseInLocation("20060102 15", d+" 02", zone)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, backup.Name(at))
	}
	want = append(want, "chiso-20260101-020000.backup.old", "chiso-tay.backup", "chiso.db")
	for _, n := range want {
		if !strings.Contains(strings.Join(names, " ")+" ", n+" ") {
			t.Errorf("%s is gone", n)
		}
	}
	if len(names) != len(want) {
		t.Errorf("%d files stayed, want %d: %v", len(names), len(want), names)
	}
}
