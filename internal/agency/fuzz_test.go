package agency_test

import (
	"testing"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

func FuzzResolve(f *testing.F) {
	dir := fuzzDirectory()
	for _, s := range []string{"Hà Nội", "UBND TP. Hà Nội", "1. HÀ NỘI", "ĐàNẵng", "tp.hcm", "- a) Bộ Y tế", "24", "\xff", "....", "1.1.1.1.1.1"} {
		f.Add(s, int32(20260930))
	}
	f.Fuzz(func(t *testing.T, s string, day int32) {
		m := dir.Resolve(s, vi.Date(day))
		if m.Found() && len(m.Ambiguous)+len(m.Elsewhen)+len(m.Nearest) > 0 {
			t.Errorf("%q: %+v", s, m)
		}
		if m.Found() {
			if _, ok := dir.On(m.Agency, vi.Date(day)); !ok {
				t.Errorf("%q means %s, which is not there on %d", s, m.Agency, day)
			}
		}
	})
}

func fuzzDirectory() *agency.Directory {
	v := func(id agency.ID, name, short string, kind agency.Kind, level agency.Level, from, to vi.Date) agency.Version {
		return agency.Version{Agency: id, Name: name, Short: short, Kind: kind, Level: level, From: from, To: to}
	}
	return agency.NewDirectory(agency.Data{
		Versions: []agency.Version{
			v("P-01", "Thành phố Hà Nội", "Hà Nội", "tp_tttw", agency.Province, vi.OpenFrom, vi.OpenTo),
			v("P-48", "Thành phố Đà Nẵng", "Đà Nẵng", "tp_tttw", agency.Province, vi.OpenFrom, vi.OpenTo),
			v("P63-24", "Tỉnh Bắc Giang", "Bắc Giang", "tinh", agency.Province, vi.OpenFrom, 20250630),
			v("P34-24", "Tỉnh Bắc Ninh", "Bắc Ninh", "tinh", agency.Province, 20250701, vi.OpenTo),
			v("BYT", "Bộ Y tế", "Bộ Y tế", "bo", agency.Ministry, vi.OpenFrom, vi.OpenTo),
		},
		Codes:   []agency.Code{{System: "GSO", Code: "24", From: 20250701, To: vi.OpenTo, Agency: "P34-24"}},
		Aliases: []agency.Alias{{Text: "TP.HCM", Agency: "P-01", From: vi.OpenFrom, To: vi.OpenTo}},
	})
}
