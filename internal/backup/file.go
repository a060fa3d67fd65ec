package backup

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"chiso/internal/fault"
)

// partial ends the name of a backup that is being written.
const partial = ".partial"

// WriteFile lets write fill a new file at path, readable by its owner alone. The file appears when it is whole and on the disk: a
// run that fails or is killed leaves what stood there. Only another backup is ever replaced.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	switch err := replaceable(path); {
	case err == nil, errors.Is(err, fs.ErrNotExist):
	default:
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*"+partial) // mode 0600
	if err != nil {
		return cannotWrite(err, path)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		if full := (*fs.PathError)(nil); errors.As(err, &full) && full.Path == f.Name() {
			return cannotWrite(err, path)
		}
		return err
	}
	if err := f.Sync(); err != nil {
		return cannotWrite(err, path)
	}
	if err := f.Close(); err != nil {
		return cannotWrite(err, path)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return cannotWrite(err, path)
	}
	return syncDir(filepath.Dir(path))
}

func cannotWrite(err error, path string) error {
	return fault.Wrap(
		err,
		fault.Unready,
		"Không ghi được bản sao lưu %s. Hãy kiểm tra thư mục, quyền ghi và chỗ trống. Bản trước vẫn còn nguyên.",
		path,
	)
}

// replaceable refuses to overwrite what is no backup.
func replaceable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := NewReader(f); err != nil {
		return fault.New(fault.Usage, "%s đã có và không phải bản sao lưu của Chiso nên không ghi đè. Hãy chọn tên khác.", path)
	}
	return nil
}

// syncDir makes a rename last through a power cut. File systems that cannot say so.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return cannotWrite(err, dir)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return cannotWrite(err, dir)
	}
	return nil
}
