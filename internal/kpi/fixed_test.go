package kpi_test

import (
	"testing"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// The list of services grew: what holds is the size of the day.
func TestDefinition_FixedOn(t *testing.T) {
	const text = "2022-01-06:25 QĐ 06/QĐ-TTg | 2022-04-04:53 QĐ 422/QĐ-TTg | 2024-02-28:76 QĐ 206/QĐ-TTg"
	list, err := kpi.ParseFixed(text)
	if err != nil || kpi.FormatFixed(list) != text {
		t.Fatalf("%q, %v", kpi.FormatFixed(list), err)
	}
	d := kpi.Definition{Fixed: list}
	for day, want := range map[vi.Date]string{20220105: "", 20220106: "25", 20220403: "25", 20220404: "53", 20240227: "53", 20240228: "76", 20261130: "76"} {
		f, ok := d.FixedOn(day)
		got := ""
		if ok {
			got = f.Size.String()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	for _, bad := range []string{"25", "2022-01-06:", "2022-01-06:25,5", "2022-01-06:-1", "2022-04-04:53 | 2022-01-06:25", "6/1/2022:25"} {
		if _, err := kpi.ParseFixed(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
