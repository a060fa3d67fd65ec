package app_test

import (
	"testing"

	"chiso/internal/app/figures"
	"chiso/internal/app/receive"
)

// The word of direction goes from the cell of a file into the stored figure and the ranking; a denominator gives none.
func TestImport_keepsTheSide(t *testing.T) {
	f := seeded(t)
	f.load(t, "Đơn vị;Tử số;Mẫu số;Giá trị\nHà Nội;;;trên 80%\nHuế;;;gần 91%\nCao Bằng;;;đạt khoảng 85%\nLào Cai;hơn 850;1000;\nSơn La;850;hơn 1000;\nNghệ An;;;>70%\n",
		func(r *receive.Request) { r.Period, r.Indicator = "2026-09", "CPS08" })
	table := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2026-09", Source: "reported"})
	for name, want := range map[string]string{"Hà Nội": "trên", "Huế": "gần", "Cao Bằng": "khoảng", "Lào Cai": "hơn", "Sơn La": "", "Nghệ An": "hơn"} {
		if got := row(t, table, name).Qualifiers; got.Word() != want || len(got.Titles()) != 1 {
			t.Errorf("%s: %q, want %q (%v)", name, got.Word(), want, got.Titles())
		}
	}
}
