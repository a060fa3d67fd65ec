package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The name of a backup made by the clock, such as "chiso-20261201-020305.backup": in UTC, so that names sort by age.
const (
	nameStart = "chiso-"
	nameTime  = "20060102-150405"
	nameEnd   = ".backup"
)

// Name names a backup made at a time.
func Name(at time.Time) string { return nameStart + at.UTC().Format(nameTime) + nameEnd }

// named reads the time in a name; false when the name is not one of ours.
func named(name string) (time.Time, bool) {
	middle, ok := strings.CutPrefix(name, nameStart)
	middle, ok2 := strings.CutSuffix(middle, nameEnd)
	at, err := time.Parse(nameTime, middle)
	return at, ok && ok2 && err == nil
}

// Keeping says how many backups are kept: the newest of each of the last days, weeks and months that have one.
type Keeping struct{ Days, Weeks, Months int }

// ParseKeeping reads "7/4/12".
func ParseKeeping(s string) (k Keeping, err error) {
	if _, err := fmt.Sscanf(s, "%d/%d/%d", &k.Days, &k.Weeks, &k.Months); err != nil || k.String() != s || k.Days < 1 || k.Weeks < 0 ||
		k.Months < 0 {
		return k, fmt.Errorf("backup: %q is no keeping such as 7/4/12", s)
	}
	return k, nil
}

// String prints it as it is read.
func (k Keeping) String() string { return fmt.Sprintf("%d/%d/%d", k.Days, k.Weeks, k.Months) }

// kept says which of the times are kept, counting days, weeks and months in zone.
func (k Keeping) kept(times []time.Time, zone *time.Location) map[time.Time]bool {
	newest := slices.SortedFunc(slices.Values(times), func(a, b time.Time) int { return b.Compare(a) })
	out := map[time.Time]bool{}
	for _, rule := range []struct {
		most int
		key  func(time.Time) string
	}{
		{k.Days, func(t time.Time) string { return t.Format("2006-01-02") }},
		{k.Weeks, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, "-", w) }},
		{k.Months, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for _, t := range newest {
			if key := rule.key(t.In(zone)); !seen[key] && len(seen) < rule.most {
				seen[key], out[t] = true, true
			}
		}
	}
	return out
}

// leftovers are removed when they are older: what is being written is younger.
const leftovers = 24 * time.Hour

// Prune removes the backups in a folder that are not kept, and what killed runs left behind, and returns their names. It touches only
// files that it names itself.
func Prune(dir string, k Keeping, zone *time.Location, now time.Time) (removed []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var times []time.Time
	for _, e := range entries {
		if at, ok := named(e.Name()); ok {
			times = append(times, at)
		}
	}
	kept := k.kept(times, zone)
	for _, e := range entries {
		at, ours := named(e.Name())
		gone := ours && !kept[at]
		if info, err := e.Info(); err == nil && strings.HasPrefix(e.Name(), "."+nameStart) && strings.HasSuffix(e.Name(), partial) {
			gone = now.Sub(info.ModTime()) > leftovers
		}
		if !gone {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return removed, err
		}
		removed = append(removed, e.Name())
	}
	return removed, nil
}
