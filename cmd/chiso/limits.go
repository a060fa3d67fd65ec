package main

import (
	"time"

	"chiso/internal/fault"
	"chiso/internal/intake"
)

// limitSettings bound what one file may cost; 0 takes the default.
type limitSettings struct {
	FileMB     int64 `env:"FILE_MB"`
	Parts      int   `env:"PARTS"`
	InflatedMB int64 `env:"INFLATED_MB"`
	PartMB     int64 `env:"PART_MB"`
	OtherMB    int64 `env:"OTHER_MB"`
	StringsMB  int64 `env:"STRINGS_MB"`
	Sheets     int   `env:"SHEETS"`
	Rows       int   `env:"ROWS"`
	Columns    int   `env:"COLUMNS"`
	Cells      int   `env:"CELLS"`
	Letters    int   `env:"LETTERS"`
	Merges     int   `env:"MERGES"`
	Names      int   `env:"NAMES"`
	Seconds    int   `env:"SECONDS"`
}

// webTime is for a file on a page, from its arrival to what was found in it; what remains of ten seconds is
// for the answer on a crowded machine.
const webTime = 6 * time.Second

// webLimits are smaller than those of the command line: many people share the machine.
func webLimits() intake.Limits {
	return intake.Limits{Bytes: 20 << 20, Entries: 2000, Inflated: 256 << 20, Part: 192 << 20, Other: 32 << 20, Strings: 32 << 20,
		Sheets: 60, Rows: 100_000, Columns: 512, Cells: 1_000_000, Text: 32_767 * 4, Merges: 20_000, Names: 5000, Time: webTime}
}

// over lays the settings over defaults.
func (l limitSettings) over(d intake.Limits) intake.Limits {
	for _, x := range [...]struct {
		set int64
		to  *int64
	}{{l.FileMB, &d.Bytes}, {l.InflatedMB, &d.Inflated}, {l.PartMB, &d.Part}, {l.OtherMB, &d.Other}, {l.StringsMB, &d.Strings}} {
		if x.set > 0 {
			*x.to = x.set << 20
		}
	}
	for _, x := range [...]struct {
		set, factor int
		to          *int
	}{{l.Parts, 1, &d.Entries}, {l.Sheets, 1, &d.Sheets}, {l.Rows, 1, &d.Rows}, {l.Columns, 1, &d.Columns}, {l.Cells, 1, &d.Cells},
		{l.Letters, 4, &d.Text}, {l.Merges, 1, &d.Merges}, {l.Names, 1, &d.Names}} {
		if x.set > 0 {
			*x.to = x.set * x.factor
		}
	}
	if l.Seconds > 0 {
		d.Time = time.Duration(l.Seconds) * time.Second
	}
	return d
}

// valid refuses values that no file could need or that would hold nothing back.
func (l limitSettings) valid(prefix string) error {
	for _, x := range [...]struct {
		name       string
		value, top int64
	}{{"FILE_MB", l.FileMB, 2048}, {"PARTS", int64(l.Parts), 100_000}, {"INFLATED_MB", l.InflatedMB, 8192}, {"PART_MB", l.PartMB, 8192},
		{"OTHER_MB", l.OtherMB, 8192}, {"STRINGS_MB", l.StringsMB, 4096}, {"SHEETS", int64(l.Sheets), 10_000}, {"ROWS", int64(l.Rows), 1_048_576},
		{"COLUMNS", int64(l.Columns), 16_384}, {"CELLS", int64(l.Cells), 100_000_000}, {"LETTERS", int64(l.Letters), 32_767},
		{"MERGES", int64(l.Merges), 1_000_000}, {"NAMES", int64(l.Names), 1_000_000}, {"SECONDS", int64(l.Seconds), 3600}} {
		if x.value < 0 || x.value > x.top {
			return fault.New(fault.Usage, "%s%s phải từ 0 (mặc định) đến %d, đang là %d.", prefix, x.name, x.top, x.value)
		}
	}
	return nil
}
