// Package report turns a Pack into an Excel workbook. It decides layout only: every number in the
// Pack is already rounded and every name already chosen. It is one of the two rooms that know
// excelize (the other is intake). It must not know SQL or HTTP.
package report

import (
	"time"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Pack is everything a report workbook shows.
type Pack struct {
	Title    string // "Kết quả thực hiện các chỉ tiêu chuyển đổi số"
	Issuer   string // "Văn phòng Chính phủ"; "" leaves a dotted line to fill in
	Appendix string // "I"
	Period   kpi.Period
	DataFrom vi.Date // "Số liệu từ … đến …"
	DataTo   vi.Date
	AsOf     time.Time // "tính đến …": time of the revision, UTC
	Revision int64
	Program  string // program version, for the file's properties
	Tables   []ranking.Table
	Details  []Detail
	Sources  []SourceNote
	// Definitions are those of Details; the tables bring their own. Each is written once.
	Definitions []*kpi.Definition
}

// Detail is one figure of the report and the way back to where it came from.
type Detail struct {
	Agency        string // ID
	Name          string
	Indicator     string // code
	IndicatorName string
	Unit          string
	Decimals      int
	Period        string
	Num, Den      vi.NullDecimal
	Value         vi.NullDecimal // rounded
	State         kpi.State
	Remarks       string // qualifiers, "thiếu tử/mẫu số", bound
	Source        string // Vietnamese name of the source system
	SourceNo      int    // place in Pack.Sources, from 1: file, SHA-256, publisher
	Sheet, Cell   string // place in that file
	Revision      int64
}

// SourceNote is one file or publisher that the figures of the report came from.
type SourceNote struct {
	System  string
	Origin  string
	File    string
	SHA256  string
	At      time.Time
	Figures int
}
