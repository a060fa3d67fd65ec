// Package kpi holds what is measured and when: Period, Indicator and its dated Definition
// versions, Source, Figure with its states, Target, and the one place where numbers are rounded.
// It is pure: no SQL, HTTP, Excel, logging or clock.
package kpi
