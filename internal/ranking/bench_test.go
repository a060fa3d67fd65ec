package ranking_test

import (
	"fmt"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// BenchmarkRank ranks as many agencies as there are communes.
func BenchmarkRank(b *testing.B) {
	const n = 3400
	figures := ranking.Figures{}
	var seats []agency.Place
	for i := range n {
		id := agency.ID(fmt.Sprintf("VN-X%05d", i))
		seats = append(seats, agency.Place{Agency: id, Name: string(id)})
		figures[id] = ranking.Item{Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(int64(i * 7919 % 9000))), Den: vi.Some(vi.Int(9001))}}
	}
	d := &kpi.Definition{Indicator: kpi.Indicator{Kind: kpi.Ratio, Direction: kpi.Higher}, Decimals: 2, Numerator: "a", Denominator: "b"}
	for b.Loop() {
		t := ranking.Table{Definition: d, Decimals: 2, Direction: kpi.Higher}
		ranking.Rank(&t, seats, figures)
	}
}
