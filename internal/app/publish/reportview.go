package publish

import (
	"time"

	"chiso/internal/app/ledger"
)

// ReportQuery asks for a report workbook.
type ReportQuery struct {
	Period string
	Codes  []string // "" takes every scorecard and indicator with provincial figures in the period
	Block  string
	Source string
	Peers  string // peer group within the block; "" takes all
	Search string // only agencies whose name has these words; "" takes all
	AsOf   time.Time
	View   ledger.View
}
