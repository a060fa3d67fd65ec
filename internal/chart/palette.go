package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Colour is one colour of the charts: a custom property of static/css/tokens.css, and what it is on a light screen, on a dark one and on
// paper. The style sheet, ECharts' options and the pictures all take it from here; a test holds the sheet against this list.
type Colour struct {
	Token string // without "--chiso-"
	Name  string // Vietnamese: what it stands for
	Light string
	Dark  string
	Print string
}

// The light theme by name, for the pictures that are files of their own.
const (
	accent  = "#2f6fb0" // the figures
	neutral = "#6c7683" // figures that are not judged
	pooledC = "#6a3f93" // the national or pooled figure
	targetC = "#0b6b3a" // the target
	ink     = "#1b2430"
	faint   = "#50607a"
	gridC   = "#ccd4de"
	trackC  = "#e3e9f0"
	markC   = "#7396bd" // a dot among others
	ownC    = "#a84b00" // our unit
	worseC  = "#a84b00" // below the median
	betterC = "#2f6fb0" // above it
)

// Names that ECharts' options carry instead of a colour: the page's script puts in what the theme of the reader says.
const (
	cssNeutral = "@--chiso-neutral"
	cssTarget  = "@--chiso-target"
	cssPaper   = "@--bs-body-bg"
)

// Palette lists the colours of every chart, once. Marks that stand beside each other are told apart by people who see no green, and on a
// black-and-white copy by lightness or form.
func Palette() []Colour {
	return []Colour{
		{Token: "bar", Name: "Thanh số liệu", Light: accent, Dark: "#5b9bd9", Print: "#6b7683"},
		{Token: "track", Name: "Nền của thanh", Light: trackC, Dark: "#27313d", Print: "#eceff2"},
		{Token: "mark", Name: "Chấm: các đơn vị khác", Light: markC, Dark: "#6f8cab", Print: "#9aa3ad"},
		{Token: "own", Name: "Đơn vị của bạn", Light: ownC, Dark: "#f0a050", Print: "#000000"},
		{Token: "better", Name: "Hơn trung vị", Light: betterC, Dark: "#5b9bd9", Print: "#9aa3ad"},
		{Token: "worse", Name: "Kém trung vị", Light: worseC, Dark: "#f0a050", Print: "#000000"},
		{Token: "median", Name: "Trung vị của khối", Light: ink, Dark: "#dfe6ee", Print: "#000000"},
		{Token: "nation", Name: "Cả nước, chung của khối", Light: pooledC, Dark: "#c9aee6", Print: "#444444"},
		{Token: "target", Name: "Mục tiêu", Light: targetC, Dark: "#6fd39b", Print: "#000000"},
		{Token: "neutral", Name: "Không đánh giá tốt, xấu", Light: neutral, Dark: "#98a3b0", Print: "#6c7683"},
		{Token: "late", Name: "Quá hạn", Light: "#a3222a", Dark: "#ff9a9a", Print: "#000000"},
		{Token: "done", Name: "Hoàn thành đúng hạn", Light: accent, Dark: "#5b9bd9", Print: "#ffffff"},
		{Token: "chart-ink", Name: "Chữ trong biểu đồ", Light: "#2a3646", Dark: "#d3dce6", Print: "#000000"},
		{Token: "chart-grid", Name: "Đường lưới", Light: gridC, Dark: "#3a4655", Print: gridC},
		{Token: "chart-1", Name: "Dãy 1", Light: "#2f6fb0", Dark: "#5b9bd9", Print: "#2f6fb0"},
		{Token: "chart-2", Name: "Dãy 2", Light: "#b4540a", Dark: "#e8954a", Print: "#b4540a"},
		{Token: "chart-3", Name: "Dãy 3", Light: "#139a7e", Dark: "#328454", Print: "#139a7e"},
		{Token: "chart-4", Name: "Dãy 4", Light: "#43264f", Dark: "#f2d7e7", Print: "#43264f"},
		{Token: "chart-5", Name: "Dãy 5", Light: "#4d3c00", Dark: "#f3e9b4", Print: "#4d3c00"},
		{Token: "chart-6", Name: "Dãy 6", Light: "#2176f3", Dark: "#8e99a6", Print: "#2176f3"},
		{Token: "class-1", Name: "Nhóm cuối của khối", Light: "#f1e3c6", Dark: "#f1e3c6", Print: "#f1e3c6"},
		{Token: "class-2", Name: "Nhóm 4", Light: "#d6e6f0", Dark: "#d6e6f0", Print: "#d6e6f0"},
		{Token: "class-3", Name: "Nhóm 3", Light: "#9fc4de", Dark: "#9fc4de", Print: "#9fc4de"},
		{Token: "class-4", Name: "Nhóm 2", Light: "#2f6fb0", Dark: "#2f6fb0", Print: "#2f6fb0"},
		{Token: "class-5", Name: "Nhóm đầu của khối", Light: "#123f6b", Dark: "#123f6b", Print: "#123f6b"},
	}
}

// Apart lists the tokens whose marks stand beside each other and carry no other difference than colour and size.
func Apart() [][]string {
	return [][]string{
		{"mark", "own"},
		{"better", "worse"},
		{"mark", "median"},
		{"late", "done"},
		{"chart-1", "chart-2", "chart-3", "chart-4", "chart-5", "chart-6"},
		{"class-1", "class-2", "class-3", "class-4", "class-5"},
	}
}

// seriesColors and seriesDash tell up to six series apart, also on a photocopy.
var (
	seriesColors = [...]string{"#2f6fb0", "#b4540a", "#139a7e", "#43264f", "#4d3c00", "#2176f3"}
	seriesTokens = [...]string{
		"@--chiso-chart-1",
		"@--chiso-chart-2",
		"@--chiso-chart-3",
		"@--chiso-chart-4",
		"@--chiso-chart-5",
		"@--chiso-chart-6",
	}
	seriesDash = [...]string{"", "6 3", "2 3", "8 3 2 3", "1 2", "4 4"}
)

// heatFill are the classes of the block's fifths with the ink that can be read on each, best first.
var heatFill = [...][2]string{{"#123f6b", "#fff"}, {"#2f6fb0", "#fff"}, {"#9fc4de", ink}, {"#d6e6f0", ink}, {"#f1e3c6", ink}}

// Swatch draws a colour in its three themes: light, dark, print, each on its ground.
func Swatch(c Colour) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg width="96" height="24" aria-hidden="true" focusable="false">`)
	for i, x := range [...][2]string{{c.Light, "#ffffff"}, {c.Dark, "#11161d"}, {c.Print, "#ffffff"}} {
		fmt.Fprintf(
			&b,
			`<rect x="%d" width="32" height="24" fill="%s"/><rect x="%d" y="4" width="24" height="16" fill="%s"/>`,
			32*i,
			x[1],
			32*i+4,
			x[0],
		)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // our own colours
}
