package publish

import (
	"archive/zip"
	"io"
	"time"

	"chiso/internal/fault"
)

// ZipWorkbooks writes workbooks into one archive, dated at. The same workbooks give the same bytes. They are packed already, so
// nothing is packed again.
func ZipWorkbooks(w io.Writer, all []PackWorkbook, at time.Time) error {
	z := zip.NewWriter(w)
	for _, x := range all {
		f, err := z.CreateHeader(&zip.FileHeader{Name: x.Name, Method: zip.Store, Modified: at.UTC()})
		if err == nil {
			_, err = f.Write(x.Data)
		}
		if err != nil {
			return fault.Wrap(err, fault.Internal, "Không ghi được tệp zip.")
		}
	}
	if err := z.Close(); err != nil {
		return fault.Wrap(err, fault.Internal, "Không ghi được tệp zip.")
	}
	return nil
}
