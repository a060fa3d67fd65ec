package intake

import (
	"strings"
	"testing"
)

// Texts of a workbook come out as a program that reads XML and Excel's own marks gives them.
func TestRowWalk(t *testing.T) {
	const shared = `<sst><si><t>Hà Nội</t></si><si><r><t>Đà </t></r><r><rPr/><t>Nẵng</t></r><rPh><t>đọc</t></rPh></si>` +
		`<si><t>a_x000D_b _x005F_x0041_ _xZZZZ_</t></si><si/><si><t><![CDATA[1 < 2 &amp; 3]]></t></si></sst>`
	strs := &stringsWalk{most: 100, left: 1000}
	if err := walkXML(strings.NewReader(shared), strs); err != nil {
		t.Fatal(err)
	}
	const sheet = `<worksheet><sheetData><row r="2"><c r="A2" t="s"><v> 1 </v></c><c t="s"><v>0</v></c><c r="D2"><v> 1.5 </v></c><c r="XFD2" s="3"/></row>` +
		`<row><c t="inlineStr"><is><r><t>x &lt;</t></r><rPh><t>đọc</t></rPh><r><t> &#7879;&#x1EC7;&#0;</t></r></is></c><c t="str"><f>"a"&amp;"b"</f><v>a&amp;b</v></c></row>` +
		`<row r="9"><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c t="s"><v>4</v></c><c t="s"><v>99</v></c><c t="b"><v>1</v></c></row></sheetData>` +
		`<row><c><v>outside</v></c></row></worksheet>`
	want := []string{"2:Đà Nẵng|Hà Nội||1.5", "3:x < ệệ\ufffd|a&b", "9:a\rb _x0041_ _xZZZZ_||1 < 2 &amp; 3||1"}
	var got []string
	w := &rowWalk{shared: strs.all(), take: func(line int32, texts []string) error {
		got = append(got, string('0'+line)+":"+strings.Join(texts, "|"))
		return nil
	}}
	if err := walkXML(strings.NewReader(sheet), w); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// Many texts, in more than one stretch of memory, keep their numbers; more than the limit are refused.
func TestStringsWalk(t *testing.T) {
	var b strings.Builder
	b.WriteString("<sst>")
	for range 3000 {
		b.WriteString("<si><t>" + strings.Repeat("chữ ", 10) + "</t></si>")
	}
	b.WriteString("<si><t>cuối</t></si></sst>")
	w := &stringsWalk{most: 5000, left: 1 << 20}
	if err := walkXML(strings.NewReader(b.String()), w); err != nil {
		t.Fatal(err)
	}
	if all := w.all(); len(all) != 3001 || all[3000] != "cuối" || all[1234] != strings.Repeat("chữ ", 10) {
		t.Errorf("%d texts", len(all))
	}
	for _, w := range []*stringsWalk{{most: 3000, left: 1 << 20}, {most: 5000, left: 1 << 10}} {
		if err := walkXML(strings.NewReader(b.String()), w); err == nil {
			t.Error("over a limit and taken")
		}
	}
}
