package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// Names of the sheets that every workbook has.
const (
	sheetContents    = "Mục lục"
	sheetDetails     = "Chi tiết"
	sheetDefinitions = "Định nghĩa và nguồn"
)

const illustrativeText = "SỐ LIỆU MINH HỌA"

// Write writes the workbook of p. The same pack gives the same bytes, on any machine, in any time
// zone (design rule 14).
func Write(w io.Writer, p Pack) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("workbook: %w", cerr)
		}
	}()
	b := &book{f: f, pack: &p, styles: newStyles(f), labels: map[string]bool{}}
	if err := b.build(); err != nil {
		return fault.Wrap(err, fault.Internal, "Không dựng được tệp Excel của báo cáo.")
	}
	if _, err := f.WriteTo(w); err != nil {
		return fault.Wrap(err, fault.Internal, "Không ghi được tệp Excel của báo cáo.")
	}
	return nil
}

// book is a workbook being built.
type book struct {
	f      *excelize.File
	pack   *Pack
	styles *styles
	sheets []planned
	names  []string // sheet of each table
	list   int      // row of the sheet of definitions where the list of sources begins
	source string   // cell of the details that leads there, "" without details
	labels map[string]bool
	refs   [][2]string // names of the workbook and what they stand for
}

func (b *book) build() error {
	if err := b.f.SetDefaultFont(fontName); err != nil {
		return err
	}
	if err := b.f.SetSheetName("Sheet1", sheetContents); err != nil {
		return err
	}
	b.sheets = b.plan()
	if err := b.contents(); err != nil {
		return fmt.Errorf("sheet %s: %w", sheetContents, err)
	}
	for _, x := range b.sheets { // each made when it is written: excelize looks for it among all that there are, cell by cell
		if _, err := b.f.NewSheet(x.name); err != nil {
			return err
		}
		if err := x.write(); err != nil {
			return fmt.Errorf("sheet %s: %w", x.name, err)
		}
	}
	if err := b.leadToSources(); err != nil {
		return err
	}
	for _, r := range b.refs {
		if err := b.f.SetDefinedName(&excelize.DefinedName{Name: r[0], RefersTo: r[1]}); err != nil {
			return err
		}
	}
	b.f.SetActiveSheet(0)
	return b.finish()
}

// finish fixes what excelize would take from the clock or from the order of a map.
func (b *book) finish() error {
	asOf := b.pack.AsOf.UTC()
	if asOf.IsZero() { // Excel does not take the year 1
		asOf = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	at := asOf.Format("2006-01-02T15:04:05Z")
	err := b.f.SetDocProps(&excelize.DocProperties{
		Title: limit(b.pack.Title), Subject: limit(b.pack.Period.Title()), Creator: "Chiso", LastModifiedBy: "Chiso",
		Description: fmt.Sprintf("Phiên bản dữ liệu %d", b.pack.Revision), Created: at, Modified: at, Identifier: b.pack.Identity,
		Revision: fmt.Sprint(max(1, b.pack.Revision)), Language: "vi-VN", Version: b.pack.Program,
	})
	if err != nil {
		return err
	}
	types := b.f.ContentTypes
	byExt, byPart := types.Defaults, types.Overrides
	for i := range byExt { // insertion sort: the element types have no name outside excelize
		for j := i; j > 0 && byExt[j].Extension < byExt[j-1].Extension; j-- {
			byExt[j], byExt[j-1] = byExt[j-1], byExt[j]
		}
	}
	for i := range byPart {
		for j := i; j > 0 && byPart[j].PartName < byPart[j-1].PartName; j-- {
			byPart[j], byPart[j-1] = byPart[j-1], byPart[j]
		}
	}
	return nil
}

// leadToSources links the details to the list of sources, which is written after them.
func (b *book) leadToSources() error {
	if b.source == "" {
		return nil
	}
	return b.f.SetCellHyperLink(sheetDetails, b.source, fmt.Sprintf("%s!A%d", quoteSheet(sheetDefinitions), b.list), "Location")
}

// illustrative reports whether anything in the pack is made of illustrative figures.
func (p *Pack) illustrative() bool {
	if p.invented == nil {
		is := p.anyIllustrative()
		p.invented = &is
	}
	return *p.invented
}

func (p *Pack) anyIllustrative() bool {
	for i := range p.Tables {
		if p.Tables[i].Illustrative() {
			return true
		}
	}
	return p.illustrativeDetails()
}

func (p *Pack) illustrativeDetails() bool {
	return slices.ContainsFunc(p.Details, func(d Detail) bool { return d.Source == kpi.Illustrative.Title() })
}

// hanoi is Asia/Ho_Chi_Minh: seven hours ahead since 1975, without summer time. A fixed zone needs
// no tz database, so the machine cannot change the workbook.
func hanoi() *time.Location { return time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60) }

// span is the sentence that says which days the figures cover and when they were drawn.
func (p *Pack) span() string { return p.spanText(p.days()) }

// days are the days that the figures cover: the window of the round that asked for the tables where they share one, else those of
// the period.
func (p *Pack) days() Span {
	whole := Span{p.DataFrom, p.DataTo}
	var common Span
	for i := range p.Tables {
		if p.Tables[i].Period.Key != p.Period.Key {
			continue // a portal's day stands on its own sheet
		}
		switch days := p.spanFor(&p.Tables[i]); {
		case common == (Span{}):
			common = days
		case days != common:
			return whole
		}
	}
	if common == (Span{}) {
		return whole
	}
	return common
}

func (p *Pack) spanText(days Span) string {
	var parts []string
	switch from, to := days.From.String(), days.To.String(); {
	case from != "" && to != "" && from != to:
		parts = append(parts, fmt.Sprintf("Số liệu từ %s đến %s", from, to))
	case to != "":
		parts = append(parts, "Số liệu ngày "+to)
	}
	if !p.AsOf.IsZero() {
		at := p.AsOf.In(hanoi())
		parts = append(parts, fmt.Sprintf("tính đến %s ngày %s", at.Format("15:04"), at.Format("02/01/2006")))
	}
	return upperFirst(strings.Join(parts, ", "))
}

// sourceNumbers returns the places in the list of sources that the figures of t came from.
func (p *Pack) sourceNumbers(t *ranking.Table) []int {
	codes := map[string]bool{}
	if t.Definition != nil {
		codes[t.Definition.Indicator.Code] = true
	}
	if t.Scorecard != nil {
		for _, c := range t.Scorecard.Components {
			codes[c.Code] = true
		}
	}
	var out []int
	for i := range p.Details {
		d := &p.Details[i]
		if p.source(d) == nil || d.Period != t.Period.Key || d.Source != t.Source.Title() || slices.Contains(out, d.SourceNo) ||
			!codes[d.Indicator] ||
			t.Published != nil && d.Agency == string(t.Published.Agency) {
			continue
		}
		out = append(out, d.SourceNo)
	}
	slices.Sort(out)
	return out
}

// publishedNumber returns the place in the list of sources of the figure published beside t, 0 when the
// details do not hold it.
func (p *Pack) publishedNumber(t *ranking.Table) int {
	var code string
	switch {
	case t.Published == nil:
		return 0
	case t.Scorecard != nil:
		code = t.Scorecard.Root().Code
	case t.Definition != nil:
		code = t.Definition.Indicator.Code
	}
	for i := range p.Details {
		d := &p.Details[i]
		if d.Agency != string(t.Published.Agency) || d.Indicator != code || d.Period != t.Period.Key {
			continue
		}
		if n := p.source(d); n != nil && (n.Origin == t.Published.Source || n.System == t.Published.Source) {
			return d.SourceNo
		}
	}
	return 0
}

// source returns where d came from, nil if the pack does not say.
func (p *Pack) source(d *Detail) *SourceNote {
	if d.SourceNo < 1 || d.SourceNo > len(p.Sources) {
		return nil
	}
	return &p.Sources[d.SourceNo-1]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func upperFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// allDefinitions returns every definition of the pack once, by code and first day.
func (p *Pack) allDefinitions() []*kpi.Definition {
	var out []*kpi.Definition
	add := func(d *kpi.Definition) {
		if d != nil && !slices.ContainsFunc(out, func(o *kpi.Definition) bool {
			return o.Indicator.Code == d.Indicator.Code && o.From == d.From
		}) {
			out = append(out, d)
		}
	}
	for i := range p.Tables {
		add(p.Tables[i].Definition)
	}
	for _, d := range p.Definitions {
		add(d)
	}
	slices.SortStableFunc(out, func(a, b *kpi.Definition) int {
		return cmp.Or(cmp.Compare(a.Indicator.Code, b.Indicator.Code), cmp.Compare(a.From, b.From))
	})
	return out
}
