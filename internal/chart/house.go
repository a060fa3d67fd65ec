package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"

	"chiso/internal/vi"
)

// TooltipFormatter stands in the options where ECharts wants a function. The page's script swaps
// it for one that shows the data item's "text", lines parted by \n, in an element with classes
// only: the stock HTML tooltip writes style attributes, which the CSP refuses.
const TooltipFormatter = "@tooltip"

// house brings every chart under the house's rules through the one escape hatch of go-echarts.
type house struct {
	charts.BaseConfigurationVisitor
	describe string // ARIA sentence
	patch    func(o map[string]any)
}

// Visit replaces the options by plain maps without nulls, then sets what go-echarts cannot say.
func (h house) Visit(o map[string]any) {
	tree, err := plainTree(o)
	if err != nil { // only a value that JSON cannot hold; encode reports it
		return
	}
	clear(o)
	maps.Copy(o, tree)
	delete(o, "toolbox")
	o["title"] = map[string]any{"show": false}
	o["animation"] = false // reduced motion, and nothing to wait for in print
	o["textStyle"] = map[string]any{"fontFamily": `"Inter Variable", Inter, system-ui, sans-serif`}
	o["aria"] = map[string]any{
		"enabled": true,
		"label":   map[string]any{"enabled": true, "description": h.describe},
		"decal":   map[string]any{"show": true},
	}
	o["tooltip"] = map[string]any{"trigger": "item", "confine": true, "formatter": TooltipFormatter}
	h.patch(o)
	if list, ok := o["series"].([]any); ok && len(list) == 1 {
		// Stripes tell series apart; on one they are noise.
		o["aria"].(map[string]any)["decal"] = map[string]any{"show": false}
	}
}

// validator is what every chart of go-echarts can do.
type validator interface {
	Validate()
	JSON() map[string]any
	Accept(charts.ConfigurationVisitor)
}

// encode returns the options as JSON that is safe inside a script element: encoding/json writes
// < > & as \u003c and so on, so no name can end the element.
func encode(c validator, h house) ([]byte, error) {
	c.Accept(h)
	c.Validate()
	b, err := json.Marshal(c.JSON())
	if err != nil {
		return nil, fmt.Errorf("chart options: %w", err)
	}
	return b, nil
}

// plainTree turns structs into maps and drops nulls: go-echarts writes null for switches that are
// not set, and ECharts takes null for "off" in some places.
func plainTree(o map[string]any) (map[string]any, error) {
	b, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber() // figures keep their digits
	tree := map[string]any{}
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	dropNulls(tree)
	return tree, nil
}

func dropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e == nil {
				delete(v, k)
				continue
			}
			dropNulls(e)
		}
	case []any:
		for _, e := range v {
			dropNulls(e)
		}
	}
}

// datum is one bar or point. Text is the tooltip; go-echarts has no field for it.
type datum struct {
	Name  string         `json:"name"`
	Value any            `json:"value"` // a number, or "-": nil would lose the key
	Text  string         `json:"text,omitempty"`
	Label map[string]any `json:"label,omitempty"`
}

// number returns a JSON value with exactly the figure's digits; absent is ECharts' "no data".
func number(n vi.NullDecimal) any {
	if !n.Valid {
		return "-"
	}
	return json.Number(n.Decimal.String())
}

// literal makes text safe as a label formatter, where ECharts fills {b} and the like in.
func literal(s string) string { return strings.NewReplacer("{", "(", "}", ")").Replace(s) }

// withUnit writes the unit after a figure: "86,64 %", "78,51 điểm".
func withUnit(figure, unit string) string {
	if unit == "" {
		return figure
	}
	return figure + " " + unit
}

// lowerFirst puts a title inside a sentence: "Quý III năm 2026" → "quý III năm 2026".
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}
