package app_test

import (
	"fmt"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

// printed is a table as people read it.
func gridText(g figures.Grid) string {
	var b strings.Builder
	b.WriteString(strings.Join(g.Head, "|") + "\n")
	for _, row := range g.Rows {
		for i, c := range row {
			if i > 0 {
				b.WriteString("|")
			}
			if c.Number.Valid {
				b.WriteString(vi.FormatNumber(c.Number.Decimal, c.Decimals))
			} else {
				b.WriteString(c.Text)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestOwnTable(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		lan, minh := meeting(t, f)
		f.load(t, tidy+"Hà Nội,CPS18,2026-Q2,60,100\nHuế,CPS18,2026-Q2,75,100\nĐà Nẵng,CPS18,2026-Q2,1,2\nQuảng Ngãi,CPS18,2026-Q3,2,8\nQuảng Ngãi,CPS18,2026-Q2,1,8\n")
		table := func(q figures.OwnTableQuery) string {
			t.Helper()
			v, err := f.OwnTable(t.Context(), q, agency.Nation)
			if err != nil {
				t.Fatal(err)
			}
			return gridText(v.Grid)
		}
		all := figures.OwnTableQuery{Codes: []string{"CPS18", "CPS02"}, Periods: []string{"2026-Q3"}, Show: []string{figures.ShowValue, figures.ShowChange, figures.ShowRank}, Top: 2, Bottom: 1, View: ledger.Live}
		if got, want := table(all), "Đơn vị|CPS18 Tỷ lệ hồ sơ công việc xử lý trên môi trường mạng, quý III năm 2026 (%)|Thay đổi: "; !strings.HasPrefix(got, want) {
			t.Errorf("head %s", got)
		}
		lines := strings.Split(table(all), "\n")[1:]
		if want := []string{"Hà Nội|80,00|20,00|1|50,00|–|3", "Huế|70,00|-5,00|2|60,00|–|1", "Quảng Ngãi|25,00|12,50|4|–|–|–", ""}; fmt.Sprint(lines) != fmt.Sprint(want) {
			t.Errorf("rows %q, want %q", lines, want)
		}
		regions := figures.OwnTableQuery{Codes: []string{"CPS18"}, Periods: []string{"2026-Q3"}, Regions: true, Show: []string{figures.ShowValue, figures.ShowRank}, View: ledger.Live}
		if got := table(regions); !strings.Contains(got, "Vùng Đồng bằng sông Hồng|80,00|1\n") {
			t.Errorf("regions %s", got)
		}
		released := all
		released.View = ledger.Released
		if v, err := f.OwnTable(t.Context(), released, ""); err != nil || len(v.Grid.Rows) != 0 || len(v.Empty) != 2 {
			t.Errorf("before the release %+v, %v", v, err)
		}
		f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "12/TB", Day: 20261121})
		if got := table(released); !strings.Contains(got, "Hà Nội|80,00|–|1|") {
			t.Errorf("after the release %s", got)
		}
		an := holder("an", 103, access.Reporter, "P-01")
		if err := f.SaveOwnTable(t.Context(), an, " Bảng của tôi ", "code=CPS18"); err != nil {
			t.Fatal(err)
		}
		if err := f.SaveOwnTable(t.Context(), an, "", "code=CPS18"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a table without a name: %v", err)
		}
		v, err := f.OwnTable(t.Context(), released, "P-01")
		if err != nil || len(v.Saved) != 1 || v.Saved[0].Name != "Bảng của tôi" {
			t.Errorf("saved %+v, %v", v, err)
		}
		if v, err = f.OwnTable(t.Context(), released, "P34-48"); err != nil || len(v.Saved) != 0 {
			t.Errorf("a neighbour's saved tables %+v, %v", v, err)
		}
		if err := f.DropOwnTable(t.Context(), an, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := f.OwnTable(t.Context(), figures.OwnTableQuery{Codes: make([]string, 20)}, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("too many codes: %v", err)
		}
	})
}
