// Package filing holds what is owed and how it is handed in: regimes with their forms, calendar and rounds, and the life of a
// submission from the first draft to the locked round. It is pure: no SQL, HTTP, Excel, logging or clock.
package filing
