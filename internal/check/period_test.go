package check_test

import (
	"testing"

	"pgregory.net/rapid"

	"chiso/internal/check"
	"chiso/internal/kpi"
)

func TestParsePeriodText(t *testing.T) {
	for in, want := range map[string]string{
		"2026": "2026", "2026-q3": "2026-Q3", "2026-08": "2026-08", "2026-10-10": "2026-10-10", "2024-07-01..2025-02-06": "2024-07-01..2025-02-06",
		"Quý III/2026": "2026-Q3", "quý 3 năm 2026": "2026-Q3", "QUÝ IV - 2026": "2026-Q4", "Q1/2026": "2026-Q1", "Quý II.2026": "2026-Q2",
		"tháng 8/2026": "2026-08", "Tháng 08 năm 2026": "2026-08", "T8/2026": "2026-08", "8/2026": "2026-08", "tháng 12-2026": "2026-12",
		"6 tháng đầu năm 2026": "2026-H1", "6 tháng cuối năm 2026": "2026-H2", "6 tháng năm 2026": "2026-H1",
		"9 tháng năm 2026": "2026-9M", "9 tháng đầu năm 2026": "2026-9M", "9T/2026": "2026-9M", "6T/2026": "2026-H1", "3 tháng đầu năm 2026": "2026-Q1",
		"năm 2026": "2026", "Cả năm 2026": "2026", "tuần 36 năm 2026": "2026-W36",
		"10/10/2026": "2026-10-10", "ngày 1/9/2026": "2026-09-01", "01-09-2026": "2026-09-01",
		"202608": "2026-08", "20269": "2026-09", "20261010": "2026-10-10", "2026Q3": "2026-Q3", "quý ba năm 2026": "2026-Q3", "2026 T8": "2026-08",
		"lũy kế đến 30/9/2026": "2026-9M", "lũy kế đến ngày 30/06/2026": "2026-H1", "lũy kế từ đầu năm đến 31/8/2026": "2026-01-01..2026-08-31",
		"đến hết quý II/2026": "2026-H1", "lũy kế đến tháng 9/2026": "2026-9M", "đến hết tháng 8/2026": "2026-01-01..2026-08-31", "đến 31/12/2025": "2025",
		"Kỳ báo cáo: Quý III/2026": "2026-Q3", "từ ngày 01/07/2024 đến ngày 6/2/2025": "2024-07-01..2025-02-06",
	} {
		if p, err := check.ParsePeriodText(in); err != nil || p.Key != want {
			t.Errorf("%q: got %q, %v, want %q", in, p.Key, err, want)
		}
	}
	for _, in := range []string{"", "quý V/2026", "tháng 13/2026", "31/02/2026", "2026-13", "hôm nay", "20263", "202613", "20269999", "quý 3", "1/1/1", "9 tháng cuối năm 2026", "năm 3026"} {
		if p, err := check.ParsePeriodText(in); err == nil {
			t.Errorf("%q: got %q, want an error", in, p.Key)
		}
	}
}

func TestFindPeriod(t *testing.T) {
	for in, want := range map[string]string{
		"BÁO CÁO KẾT QUẢ CHUYỂN ĐỔI SỐ QUÝ III NĂM 2026":  "2026-Q3",
		"Tình hình 9 tháng đầu năm 2026 (biểu số 1)":      "2026-9M",
		"Kết quả thực hiện tháng 8/2026":                  "2026-08",
		"BÁO CÁO QUÝ III VÀ 9 THÁNG NĂM 2026":             "",
		"Tháng 8, tháng 9 năm 2026":                       "",
		"Biểu 02 Quý III/2026":                            "2026-Q3",
		"Kết quả quý III/2026 so với quý II/2026":         "",
		"Hà Nội, ngày 05 tháng 10 năm 2026":               "",
		"Kèm theo Báo cáo số 12/BC-UBND ngày 05/10/2026":  "",
		"Nghị quyết số 71/NQ-CP năm 2025":                 "",
		"Tuần 36/2026 (từ ngày 31/8/2026 đến ngày 6/9)":   "2026-W36",
		"tăng so với quý III năm 2025":                    "",
		"BIỂU TỔNG HỢP QUÝ III/2026 (quý III năm 2026)":   "2026-Q3",
		"Quyết định 942/QĐ-TTg ngày 15 tháng 6 năm 2021 ": "",
	} {
		if p, _ := check.FindPeriod(in); p.Key != want {
			t.Errorf("%q: got %q, want %q", in, p.Key, want)
		}
	}
}

// A period's title is one of the forms that are read.
func TestParsePeriodText_title(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom([]string{"2026", "2025-H1", "2025-H2", "2026-9M", "2024-Q1", "2026-Q4", "2026-08", "2026-12", "2026-W01", "2026-W36",
			"2026-10-10", "2024-07-01..2025-02-06"}).Draw(t, "key")
		p := kpi.MustPeriod(base)
		if got, err := check.ParsePeriodText(p.Title()); err != nil || got != p {
			t.Fatalf("%q: got %v, %v", p.Title(), got, err)
		}
	})
}

func FuzzParsePeriodText(f *testing.F) {
	for _, s := range []string{"Quý III/2026", "tháng 8/2026", "31/02/2026", "2026-W53", "từ 1/1/2026 đến 2/1/2026", "\xff", "quý \u0301 3 2026"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := check.ParsePeriodText(s); err == nil {
			if again, err := kpi.ParsePeriod(p.Key); err != nil || again != p {
				t.Errorf("%q gives %q, which is no key", s, p.Key)
			}
		}
	})
}
