package filing

import (
	"strings"
	"testing"
	"time"
)

func TestDuty_Remind(t *testing.T) {
	d := Duty{Round: 7, Agency: "P34-48", Name: "Đà Nẵng", Due: Deadline{Day: 20261016, Minute: 17 * 60}}
	at := func(day, hour int) time.Time { return time.Date(2026, 10, day, hour, 0, 0, 0, Zone()) }
	for _, tt := range []struct {
		name  string
		state State
		sent  bool
		at    time.Time
		want  Reminder
	}{
		{"four days ahead", "", false, at(12, 23), ""},
		{"three days ahead", "", false, at(13, 0), RemindBefore},
		{"a draft is not sent", Draft, false, at(15, 8), RemindBefore},
		{"on the day", Review, false, at(16, 8), RemindDue},
		{"on the day, after the hour", Review, false, at(16, 17), RemindOverdue},
		{"days later", "", false, at(30, 8), RemindOverdue},
		{"sent", Sent, true, at(30, 8), ""},
		{"received", Received, true, at(30, 8), ""},
		{"returned", Returned, true, at(12, 8), RemindReturned},
		{"a correction after receipt", Draft, true, at(30, 8), ""},
	} {
		if got := d.Remind(tt.state, tt.sent, tt.at); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	round := &Round{ID: 7, Name: "Báo cáo quý III/2026"}
	for _, r := range []Reminder{RemindBefore, RemindDue, RemindOverdue, RemindReturned} {
		subject, body := d.ReminderText(r, round, "Ô D5 sai mẫu số", at(14, 8))
		if r.Title() == string(r) || !strings.Contains(subject, "Báo cáo quý III/2026") || !strings.Contains(body, "Đà Nẵng") {
			t.Errorf("%s: %q %q", r, subject, body)
		}
	}
	if s, _ := d.ReminderText(RemindBefore, round, "", at(14, 8)); !strings.HasPrefix(s, "Còn 2 ngày") {
		t.Error(s)
	}
	later := d
	later.Due.Day = 20261020
	if d.ReminderKey(RemindBefore, 1) == later.ReminderKey(RemindBefore, 1) || d.ReminderKey(RemindReturned, 1) == d.ReminderKey(RemindReturned, 2) {
		t.Error("an extension or a second return is not said")
	}
}
