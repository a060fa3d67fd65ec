// Package vi holds what is Vietnamese about text, numbers and dates: NFC and folding for
// matching, collation for sorting, reading numbers as people type them and printing them as
// documents show them (1.234.567,8 and dd/mm/yyyy). It knows nothing of agencies or indicators,
// and it never rounds: rounding happens in kpi.Round only.
package vi
