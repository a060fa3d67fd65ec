package check

import (
	"regexp"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Mention is a period that a heading names.
type Mention struct {
	Period kpi.Period
	Cutoff bool // "số liệu tính đến ngày 15/9/2026", "từ ngày 15/8 đến ngày 14/9/2026": until when, not of what period
}

var (
	reMention = regexp.MustCompile(
		`\b(?:quy (?:iv|iii|ii|i|[1-4]|mot|hai|ba|bon|tu)|thang (?:\d{1,2}|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi mot|muoi hai|muoi)|(?:3|6|9|ba|sau|chin) thang(?: dau| cuoi)?|nua (?:dau|cuoi)|tuan(?: thu)? \d{1,2}|t\d{1,2})\b(?: (?:nam )?(20\d{2})\b)?`,
	)
	reCutoff = regexp.MustCompile(
		`(?:tu (?:ngay )?\d{1,2} \d{1,2} \d{4} )?(?:den|toi)(?: het)?(?: ngay)? \d{1,2} (?:thang )?\d{1,2} (?:nam )?\d{4}`,
	)
	// reAct is an act, a meeting or a plan whose month follows.
	reAct = regexp.MustCompile(
		`\b(nghi quyet|quyet dinh|cong van|thong bao|chi thi|thong tu|nghi dinh|ke hoach|phien hop|cuoc hop|hop|hoi nghi|giao ban|ket luan|to trinh|van ban|chuong trinh|lich|muc tieu|trien khai)\b[^;]{0,60}$`,
	)
	// reOfResults are words that make what follows the period of the results again.
	reOfResults = regexp.MustCompile(`\b(bao cao|so lieu|ket qua|tinh hinh|tong hop|bieu)\b`)
	reYear      = regexp.MustCompile(`\b20\d{2}\b`)
	monthWords  = map[string]string{
		"mot":      "1",
		"hai":      "2",
		"ba":       "3",
		"tu":       "4",
		"nam":      "5",
		"sau":      "6",
		"bay":      "7",
		"tam":      "8",
		"chin":     "9",
		"muoi":     "10",
		"muoi mot": "11",
		"muoi hai": "12",
	}
)

// Mentions returns the periods that a heading names, those without a year as of the year given ("" passes over them). The
// months of acts, meetings and plans, the dates of documents and the periods of comparisons are none.
func Mentions(text, year string) (out []Mention) {
	if len(text) > 400 {
		return nil
	}
	s := strings.TrimSpace(rePeriodMarks.ReplaceAllString(vi.Fold(text), " "))
	if own := reYear.FindString(s); own != "" { // "quý III và 9 tháng năm 2026"
		year = own
	}
	for _, at := range reCutoff.FindAllStringIndex(s, 2) {
		if p, err := ParsePeriodText(s[at[0]:at[1]]); err == nil {
			out = append(out, Mention{p, true})
		}
	}
	for _, at := range reMention.FindAllStringSubmatchIndex(s, 4) {
		before, phrase := s[:at[0]], s[at[0]:at[1]]
		if act := reAct.FindStringIndex(before); act != nil && !reOfResults.MatchString(before[act[0]:]) {
			continue
		}
		if reComparedBefore.MatchString(before) ||
			reDayBefore.MatchString(before) && (strings.HasPrefix(phrase, "thang") || strings.HasPrefix(phrase, "t")) {
			continue
		}
		if at[2] < 0 {
			if year == "" {
				continue
			}
			phrase += " nam " + year
		}
		if word, rest, ok := strings.Cut(strings.TrimPrefix(phrase, "thang "), " nam 2"); ok && strings.HasPrefix(phrase, "thang ") &&
			monthWords[word] != "" {
			phrase = "thang " + monthWords[word] + " nam 2" + rest
		}
		if p, err := ParsePeriodText(phrase); err == nil {
			out = append(out, Mention{Period: p})
		}
	}
	return out
}

var reComparedBefore = regexp.MustCompile(`\b(?:so voi|cung ky)(?: (?:quy|thang|nam))? $`)
