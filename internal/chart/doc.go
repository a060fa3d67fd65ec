// Package chart draws rankings and series: ECharts options as JSON, for one small script to draw
// in the browser, and finished SVG for bars and sparklines in table cells. It decides looks only:
// every number it is given is already rounded, and every label it writes is ready Vietnamese text.
// It must not know HTTP or SQL, and it never writes script: what a page needs a function for is
// named ("@tooltip") and swapped in by the page's own script, so that a strict CSP holds.
package chart
