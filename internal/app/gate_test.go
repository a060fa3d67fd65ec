package app_test

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
)

// A file has its time from arrival to its findings, the wait for its turn and the marking included: when that
// is over, a sentence names the limit, nothing is stored, and the next file is read.
func TestReading_time(t *testing.T) {
	f := seeded(t)
	const file = "Đơn vị,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\nHà Nội,CPS18,2026-Q3,1,2\nHuế,CPS18,2026-Q3,1,x\n"
	bad := upload(t, f, "a.csv", []byte(file))
	good := upload(t, f, "b.csv", []byte(strings.ReplaceAll(file, "x", "2")))
	view, err := f.Upload(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	const patience = 10 * time.Second
	late := func(what string, err error, kinds ...fault.Kind) {
		t.Helper()
		for _, k := range kinds {
			if fault.KindOf(err) == k && strings.Contains(fault.Sentence(err), "1 giây") && strings.Contains(fault.Sentence(err), "Hãy") {
				return
			}
		}
		t.Errorf("%s: %s: %v", what, fault.KindOf(err), err)
	}
	save := func() (int64, error) {
		return f.SaveUpload(t.Context(), receive.Request{Account: "can-bo", Files: []ledger.ImportFile{{Name: "c.csv", Data: []byte(file)}}})
	}

	f.GiveTime(20 * time.Millisecond)
	leave := f.Crowd(false)
	_, err = f.Upload(t.Context(), bad)
	late("waiting to be read", err, fault.Unready)
	_, err = save()
	late("waiting to be kept", err, fault.Unready)
	_, err = f.ConfirmUpload(t.Context(), good, "can-bo", view.Token, nil)
	late("waiting to be confirmed", err, fault.Unready)
	leave()

	f.GiveTime(patience)
	if _, err := save(); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	leave = f.Crowd(true)
	f.GiveTime(300 * time.Millisecond)
	_, _, err = f.MarkedFile(t.Context(), bad)
	late("waiting to be marked", err, fault.Unready, fault.TooLarge)
	leave()

	f.GiveTime(1)
	_, _, err = f.MarkedFile(t.Context(), bad)
	late("marking", err, fault.Unready, fault.TooLarge)
	_, err = f.ConfirmUpload(t.Context(), good, "can-bo", view.Token, nil)
	late("confirming", err, fault.Unready, fault.TooLarge)
	for range 10 { // the clock may strike anywhere
		v, err := f.Upload(t.Context(), bad)
		if err == nil {
			err = fault.New(fault.TooLarge, "%s", v.Result.Findings[0].Message)
		}
		late("reading", err, fault.Unready, fault.TooLarge)
	}

	f.GiveTime(patience)
	if v, err := f.ConfirmUpload(t.Context(), good, "can-bo", view.Token, nil); err != nil || !v.Accepted {
		t.Errorf("afterwards: %+v, %v", v, err)
	}
	if _, _, err := f.MarkedFile(t.Context(), bad); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
