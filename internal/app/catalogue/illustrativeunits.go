package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// The units of one province come with the illustrative set, to show the pages that a province has over its departments and communes.
// Names and kinds are real; every figure, score and task of theirs is invented.
const illustrativeProvince agency.ID = "P34-48" // Đà Nẵng

const (
	illustrativePrefix = "MH48-" // of the units' ids
	communesBlock      = "MH48_xa"
	departmentsBlock   = "MH48_so"
	unitsBasis         = "Nạp cùng bộ số liệu minh họa; tên theo Nghị quyết 1659/NQ-UBTVQH15"
)

// illustrativeDepartments are the professional bodies under the people's committee.
var illustrativeDepartments = [...]string{
	"Văn phòng UBND",
	"Sở Nội vụ",
	"Sở Tài chính",
	"Sở Tư pháp",
	"Sở Công Thương",
	"Sở Nông nghiệp và Môi trường",
	"Sở Xây dựng",
	"Sở Khoa học và Công nghệ",
	"Sở Văn hóa, Thể thao và Du lịch",
	"Sở Giáo dục và Đào tạo",
	"Sở Y tế",
	"Sở Ngoại vụ",
	"Thanh tra thành phố",
}

const illustrativeWards = "Hải Châu, Hòa Cường, Thanh Khê, An Khê, An Hải, Sơn Trà, Ngũ Hành Sơn, Hòa Khánh, Hải Vân, Liên Chiểu, Cẩm Lệ, Hòa Xuân, Tam Kỳ, Quảng Phú, " +
	"Hương Trà, Bàn Thạch, Điện Bàn, Điện Bàn Đông, An Thắng, Điện Bàn Bắc, Hội An, Hội An Đông, Hội An Tây"

const illustrativeCommunes = "Hòa Vang, Hòa Tiến, Bà Nà, Núi Thành, Tam Mỹ, Tam Anh, Đức Phú, Tam Xuân, Tam Hải, Tây Hồ, Chiên Đàn, Phú Ninh, Lãnh Ngọc, Tiên Phước, Thạnh Bình, " +
	"Sơn Cẩm Hà, Trà Liên, Trà Giáp, Trà Tân, Trà Đốc, Trà My, Nam Trà My, Trà Tập, Trà Vân, Trà Linh, Trà Leng, Thăng Bình, Thăng An, Thăng Trường, Thăng Điền, Thăng Phú, " +
	"Đồng Dương, Quế Sơn Trung, Quế Sơn, Xuân Phú, Nông Sơn, Quế Phước, Duy Nghĩa, Nam Phước, Duy Xuyên, Thu Bồn, Điện Bàn Tây, Gò Nổi, Tân Hiệp, Đại Lộc, Hà Nha, Thượng Đức, " +
	"Vu Gia, Phú Thuận, Thạnh Mỹ, Bến Giằng, Nam Giang, Đắc Pring, La Dêê, La Êê, Sông Vàng, Sông Kôn, Đông Giang, Bến Hiên, Avương, Tây Giang, Hùng Sơn, Hiệp Đức, Việt An, " +
	"Phước Trà, Khâm Đức, Phước Năng, Phước Chánh, Phước Thành, Phước Hiệp"

// unitCard is an invented scorecard: maximum points by indicator.
type unitCard struct {
	code, name, block string
	points            []unitPoints
}

type unitPoints struct {
	code string
	most int64
}

var unitCards = [...]unitCard{
	{code: "MH_CDS_XA", name: "Bộ chỉ số chuyển đổi số cấp xã (minh họa)", block: communesBlock,
		points: []unitPoints{{"CPS08", 25}, {"CPS07", 20}, {"CPS09", 15}, {"CPS10", 15}, {"CPS13", 10}, {"CPS18", 15}}},
	{code: "MH_CDS_SO", name: "Bộ chỉ số chuyển đổi số cấp sở (minh họa)", block: departmentsBlock,
		points: []unitPoints{{"CPS08", 30}, {"CPS01", 25}, {"CPS11", 20}, {"CPS18", 25}}},
}

// hasIllustrativeUnits reports whether a catalogue holds them.
func hasIllustrativeUnits(c *store.Catalogue) bool {
	return slices.ContainsFunc(c.Agencies.Blocks, func(b agency.Block) bool { return b.Code == communesBlock })
}

// withoutIllustrativeUnits takes them out of a catalogue.
func withoutIllustrativeUnits(c store.Catalogue) store.Catalogue {
	invented := func(id agency.ID) bool { return strings.HasPrefix(string(id), illustrativePrefix) }
	block := func(code string) bool { return code == communesBlock || code == departmentsBlock }
	c.Agencies.Versions = slices.DeleteFunc(slices.Clone(c.Agencies.Versions), func(v agency.Version) bool { return invented(v.Agency) })
	c.Agencies.Blocks = slices.DeleteFunc(slices.Clone(c.Agencies.Blocks), func(b agency.Block) bool { return block(b.Code) })
	c.Agencies.Members = slices.DeleteFunc(slices.Clone(c.Agencies.Members), func(m agency.Member) bool { return block(m.Block) })
	c.Scorecards = slices.DeleteFunc(slices.Clone(c.Scorecards), func(s ranking.Scorecard) bool { return block(s.Block) })
	c.Definitions = slices.DeleteFunc(slices.Clone(c.Definitions), func(d kpi.Definition) bool {
		return slices.ContainsFunc(unitCards[:], func(u unitCard) bool { return d.Indicator.Code == u.root() })
	})
	return c
}

// withIllustrativeUnits puts them into a catalogue.
func withIllustrativeUnits(c store.Catalogue) store.Catalogue {
	c = withoutIllustrativeUnits(c)
	d := &c.Agencies
	place := 0
	for _, v := range d.Versions {
		place = max(place, v.Order)
	}
	since, n := vi.NewDate(2025, 7, 1), 0
	add := func(block, prefix string, kind agency.Kind, level agency.Level, names []string) {
		for _, name := range names {
			place++
			n++ // an id of its own, whatever else is in the catalogue
			id := agency.ID(fmt.Sprintf("%s%03d", illustrativePrefix, n))
			full := strings.TrimSpace(prefix + " " + name)
			d.Versions = append(
				d.Versions,
				agency.Version{Agency: id, From: since, To: vi.OpenTo, Name: full, Short: full, Kind: kind, Level: level,
					Parent: illustrativeProvince, Basis: unitsBasis, Verified: "partly", Order: place},
			)
			if block != "" {
				d.Members = append(
					d.Members,
					agency.Member{Block: block, Agency: id, From: since, To: vi.OpenTo, Basis: unitsBasis, Verified: "partly"},
				)
			}
		}
	}
	add(departmentsBlock, "", "so", agency.Department, illustrativeDepartments[:])
	add(communesBlock, "Phường", "phuong", agency.Commune, strings.Split(illustrativeWards, ", "))
	add(communesBlock, "Xã", "xa", agency.Commune, strings.Split(illustrativeCommunes, ", "))
	add("", "Đặc khu", "dac_khu", agency.Commune, []string{"Hoàng Sa"}) // not ranked on its own
	d.Blocks = append(d.Blocks,
		agency.Block{Code: communesBlock, Name: "Khối cấp xã Đà Nẵng", Owner: illustrativeProvince, Level: agency.Commune},
		agency.Block{Code: departmentsBlock, Name: "Khối sở, ngành Đà Nẵng", Owner: illustrativeProvince, Level: agency.Department})
	for _, u := range unitCards {
		c.Scorecards = append(c.Scorecards, u.scorecard(since))
		c.Definitions = append(c.Definitions, u.total(since))
	}
	return c
}

func (u unitCard) root() string { return u.code + "_0" }

func (u unitCard) scorecard(since vi.Date) ranking.Scorecard {
	s := ranking.Scorecard{Code: u.code, Version: "minh-hoa", Name: u.name, From: since, To: vi.OpenTo, Block: u.block, Decimals: 2,
		RoundOrder: ranking.RoundThenSum, Silence: ranking.Unranked, Basis: "Minh họa: không phải bộ chỉ số đã ban hành",
		Components: []ranking.Component{{Code: u.root(), Max: vi.Int(100), Rule: ranking.Passthrough, OnMissing: ranking.Incomplete}}}
	for _, p := range u.points {
		s.Components = append(
			s.Components,
			ranking.Component{Code: p.code, Parent: u.root(), Max: vi.Int(p.most), Rule: ranking.Linear, OnMissing: ranking.Incomplete},
		)
	}
	return s
}

// total is what the sum is called and measured in.
func (u unitCard) total(since vi.Date) kpi.Definition {
	return kpi.Definition{
		Indicator:     kpi.Indicator{Code: u.root(), Kind: kpi.Score, Direction: kpi.Higher, Pillar: "chinh_phu_so"},
		From:          since,
		To:            vi.OpenTo,
		Name:          u.name,
		Unit:          "điểm",
		Decimals:      2,
		Accumulation:  kpi.InPeriod,
		Frequency:     "quarter",
		Reporter:      "both",
		Max:           vi.Some(vi.Int(100)),
		RankingSource: kpi.Reported,
		Basis:         "Minh họa",
		Verified:      "memory",
	}
}

// silentUnits is how many units in a hundred have not reported the newest quarter.
const silentUnits = 4

// illustrateUnits invents the figures of the units for one quarter.
func illustrateUnits(c *ledger.Catalogue, p kpi.Period, quarter int) (facts []store.Fact) {
	for _, u := range unitCards {
		for _, place := range c.Agencies.Members(u.block, p.To) {
			if p.Key == illustrativeTo && spread(string(place.Agency), "silent") < 2*silentUnits-100 {
				continue
			}
			for _, part := range u.points {
				i := slices.IndexFunc(illustrated[:], func(x illustratedIndicator) bool { return x.code == part.code })
				d, ok := c.Kpis.On(part.code, p.To)
				if i < 0 || !ok {
					continue
				}
				ind := illustrated[i]
				facts = append(facts, store.Fact{Period: p, Definition: d.ID, Agency: place.Agency, System: kpi.Illustrative,
					Figure: illustrate(
						d,
						place.Agency,
						ind.start,
						ind.rise,
						ind.size/30,
						quarter,
					), Note: "Số liệu minh họa, không phải số thật."})
			}
		}
	}
	return facts
}
