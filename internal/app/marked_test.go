package app_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
)

// seeded is an app over a fresh SQLite database with the catalogues and sample figures.
func seeded(t *testing.T) *fixture {
	t.Helper()
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f
}

func upload(t *testing.T, f *fixture, name string, data []byte) int64 {
	t.Helper()
	id, err := f.SaveUpload(t.Context(), receive.Request{Account: "can-bo", Files: []ledger.ImportFile{{Name: name, Data: data}}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A bad file comes back marked; corrected, it is accepted, and once more changes nothing.
func TestMarkedFile(t *testing.T) {
	f := seeded(t)
	var csv strings.Builder
	csv.WriteString("Đơn vị,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\nHà Nội,CPS18,2026-Q3,1,2\nHà Nộ,CPS18,2026-Q3,1,2\n")
	for i := range 1500 {
		fmt.Fprintf(&csv, "Huế,CPS18,2026-Q3,%d,x\n", i)
	}
	id := upload(t, f, "Quý III.csv", []byte(csv.String()))
	name, data, err := f.MarkedFile(t.Context(), id)
	if err != nil || name != "Quý III (đã đánh dấu).xlsx" {
		t.Fatalf("%q %v", name, err)
	}
	_, again, err := f.MarkedFile(t.Context(), id)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("asked for twice it is another file (%v)", err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // in memory
	notes, err := x.GetComments("CSV")
	if err != nil || len(notes) != 1501 {
		t.Fatalf("%d notes, %v: every faulty cell has one", len(notes), err)
	}
	for i := range 1500 {
		if err := x.RemoveRow("CSV", 4+1499-i); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SetCellStr("CSV", "A3", "Huế"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	corrected := upload(t, f, name, b.Bytes())
	v, err := f.Upload(t.Context(), corrected)
	if err != nil {
		t.Fatal(err)
	}
	v, err = f.ConfirmUpload(t.Context(), corrected, "can-bo", v.Token, nil)
	if err != nil || !v.Accepted || v.Result.Observations.New != 2 || len(v.Result.Findings) != 0 {
		t.Fatalf("corrected: %+v %v", v.Result, err)
	}
	if _, _, err := f.MarkedFile(t.Context(), corrected); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nothing to mark: %v", err)
	}
	same, err := f.Import(t.Context(), receive.Request{Account: "can-bo", Files: []ledger.ImportFile{{Name: name, Data: b.Bytes()}}})
	if err != nil || !same.Accepted || same.Revision != nil || same.Files[0].Observations.Unchanged != 2 {
		t.Errorf("the same work again: %+v %v", same, err)
	}
}
