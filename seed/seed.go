// Package seed embeds the catalogues that Chiso starts with and published sample figures, each with
// its source. README.md beside it says what the columns mean.
package seed

import "embed"

// Files holds the catalogues (*.csv) and the sample figures (sample/*.csv).
//
//go:embed *.csv sample/*.csv
var Files embed.FS

// Sample is one embedded file of published figures and the source system it belongs to.
type Sample struct {
	Path   string
	Source string
	Reason string // Vietnamese, for the revision
}

// Samples lists the sample files in the order in which they were published.
func Samples() []Sample {
	return []Sample{
		{"sample/published.csv", "published", "Nạp số liệu đã công bố trên báo chí và văn bản"},
		{"sample/dti-2022-two-provinces.csv", "published", "Nạp DTI 2022 của hai thành phố (dti.gov.vn)"},
		{"sample/portal-766-2026-09-17.csv", "dvcqg", "Nạp điểm 766 ngày 17/09/2026 của Cổng Dịch vụ công quốc gia"},
		{"sample/portal-766-2026-09-26.csv", "dvcqg", "Nạp điểm 766 ngày 26/09/2026 của Cổng Dịch vụ công quốc gia"},
		{"sample/portal-ratios-2026-10-10.csv", "dvcqg", "Nạp tử số, mẫu số ngày 10/10/2026 của Cổng Dịch vụ công quốc gia"},
	}
}
