package chart_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chiso/internal/chart"
)

// rgb is a colour in linear light.
type rgb [3]float64

func parseColour(t *testing.T, s string) rgb {
	t.Helper()
	var v [3]int
	if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &v[0], &v[1], &v[2]); err != nil {
		t.Fatalf("%q is no colour: %v", s, err)
	}
	var out rgb
	for i, n := range v {
		c := float64(n) / 255
		if c <= 0.04045 {
			out[i] = c / 12.92
		} else {
			out[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return out
}

func (c rgb) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is the ratio of WCAG 2.
func contrast(a, b rgb) float64 {
	hi, lo := max(a.luminance(), b.luminance()), min(a.luminance(), b.luminance())
	return (hi + 0.05) / (lo + 0.05)
}

// What people see who lack one kind of cones: Machado, Oliveira, Fernandes (2009), severity 1, in linear light.
var (
	deuteranopia = [3]rgb{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}
	protanopia   = [3]rgb{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}
	everybody    = [3]rgb{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
)

func (c rgb) seenBy(m [3]rgb) rgb {
	var out rgb
	for i := range m {
		out[i] = min(1, max(0, m[i][0]*c[0]+m[i][1]*c[1]+m[i][2]*c[2]))
	}
	return out
}

// lab is the colour in CIE L*a*b*, in which a distance of about 2 is just seen.
func (c rgb) lab() rgb {
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124*c[0] + 0.3576*c[1] + 0.1805*c[2]) / 0.95047)
	y := f(c.luminance())
	z := f((0.0193*c[0] + 0.1192*c[1] + 0.9505*c[2]) / 1.08883)
	return rgb{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func distance(a, b rgb) float64 {
	x, y := a.lab(), b.lab()
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// Marks that stand beside each other are far apart also for people who see no green or no red, in light and dark.
func TestPalette_apart(t *testing.T) {
	byToken := map[string]chart.Colour{}
	for _, c := range chart.Palette() {
		byToken[c.Token] = c
	}
	const least = 15
	for _, group := range chart.Apart() {
		for i, a := range group {
			for _, b := range group[:i] {
				x, y := byToken[a], byToken[b]
				for theme, pair := range map[string][2]string{"light": {x.Light, y.Light}, "dark": {x.Dark, y.Dark}} {
					for eye, m := range map[string][3]rgb{"everybody": everybody, "deuteranopia": deuteranopia, "protanopia": protanopia} {
						p, q := parseColour(t, pair[0]).seenBy(m), parseColour(t, pair[1]).seenBy(m)
						if d := distance(p, q); d < least {
							t.Errorf("%s and %s in %s for %s: %.1f, want %d", a, b, theme, eye, d, least)
						}
					}
				}
			}
		}
	}
}

// Every mark can be seen on its page, every letter read; our unit stands out on a black-and-white copy by lightness alone.
func TestPalette_contrast(t *testing.T) {
	white, dark := parseColour(t, "#ffffff"), parseColour(t, "#11161d")
	least := map[string]float64{"chart-ink": 7, "own": 4.5, "median": 4.5, "nation": 4.5, "target": 4.5}
	for _, c := range chart.Palette() {
		if c.Token == "track" || c.Token == "chart-grid" || strings.HasPrefix(c.Token, "class-") {
			continue // grounds, not marks
		}
		want := max(least[c.Token], 3)
		if got := contrast(parseColour(t, c.Light), white); got < want {
			t.Errorf("%s on white: %.2f, want %.1f", c.Token, got, want)
		}
		if got := contrast(parseColour(t, c.Dark), dark); got < want {
			t.Errorf("%s on dark: %.2f, want %.1f", c.Token, got, want)
		}
	}
	for _, pair := range [][2]string{{"mark", "own"}, {"better", "worse"}, {"mark", "median"}} {
		i := slices.IndexFunc(chart.Palette(), func(c chart.Colour) bool { return c.Token == pair[0] })
		j := slices.IndexFunc(chart.Palette(), func(c chart.Colour) bool { return c.Token == pair[1] })
		a, b := parseColour(t, chart.Palette()[i].Print).lab(), parseColour(t, chart.Palette()[j].Print).lab()
		if d := math.Abs(a[0] - b[0]); d < 40 {
			t.Errorf("%v on paper differ in lightness by %.0f, want 40", pair, d)
		}
	}
}

// The style sheet says what the palette says, in all three themes.
func TestPalette_styleSheet(t *testing.T) {
	raw, err := os.ReadFile("../../static/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(raw), "@media screen")
	dark, paper, _ := strings.Cut(rest, "@media print")
	value := regexp.MustCompile(`--chiso-([a-z0-9-]+): (#[0-9a-f]{6});`)
	for theme, text := range map[string]string{"light": light, "dark": dark, "print": paper} {
		got := map[string]string{}
		for _, m := range value.FindAllStringSubmatch(text, -1) {
			got[m[1]] = m[2]
		}
		for _, c := range chart.Palette() {
			want := map[string]string{"light": c.Light, "dark": c.Dark, "print": c.Print}[theme]
			if got[c.Token] != want {
				t.Errorf("%s: --chiso-%s is %q, the palette has %q", theme, c.Token, got[c.Token], want)
			}
		}
	}
}
