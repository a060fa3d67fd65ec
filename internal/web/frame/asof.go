package frame

import (
	"time"

	"chiso/internal/fault"
)

// FieldLayout is how a datetime-local field of a form writes an instant.
const FieldLayout = "2006-01-02T15:04"

// firstYear is before any figure that people ask back for; an earlier year is a slip of the finger.
const firstYear = 2000

// ParseAsOf reads an instant of the past: RFC 3339, or local time of Viet Nam as a form's field writes it, or a day, meaning
// its end, for today the present moment.
func (p *Pages) ParseAsOf(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := p.instant(s, now)
	if err != nil {
		return t, err
	}
	// The newest revision may stand a little ahead of the clock: those of one instant are told apart by microseconds.
	if t.After(now.Add(time.Second)) || t.In(p.Location).Year() < firstYear {
		return time.Time{}, fault.New(fault.Usage, "Thời điểm “như đã biết lúc” phải từ năm %d đến nay. Hãy chọn lại thời điểm.", firstYear)
	}
	return t, nil
}

func (p *Pages) instant(s string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{FieldLayout, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, p.Location); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation("2006-01-02", s, p.Location); err == nil {
		end := t.AddDate(0, 0, 1).Add(-time.Microsecond)
		if !t.After(now) && end.After(now) {
			return now, nil
		}
		return end, nil
	}
	return time.Time{}, fault.New(fault.Invalid, "Không hiểu thời điểm “%s”. Hãy ghi ngày giờ dạng 2026-10-10T09:00.", s)
}
