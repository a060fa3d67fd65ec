package receive

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/match"
	"chiso/internal/store"
)

// MatchesView is how the tables of an agency are read, as its people said (cách đọc tệp của đơn vị).
type MatchesView struct {
	Agency     agency.ID
	AgencyName string
	Agencies   []ledger.Choice // whose tables the actor may see
	Tables     []MatchedTable
}

// MatchedTable is what is remembered of one table.
type MatchedTable struct {
	Fingerprint string
	File        string // where it was confirmed last
	Account     string
	At          time.Time
	Revision    int64
	Columns     []MatchedHeading
	Lines       []MatchedHeading
}

// MatchedHeading is what a heading, or the name of a line, is taken for.
type MatchedHeading struct {
	Shown string
	Reads match.Target // the zero Target when it is not read
	Name  string       // of the indicator
}

// Matches lists how the tables of an agency are read.
func (a *Room) Matches(ctx context.Context, id agency.ID) (out *MatchesView, err error) {
	defer fault.Context(&err, "receive.Matches(%s)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, list, err := a.matches(ctx, v, id)
		if err != nil {
			return err
		}
		out = &MatchesView{Agency: id, AgencyName: c.Agencies.Name(id, a.Today())}
		ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
		out.Agencies = a.AgenciesFor(c, ground, access.From(ctx), access.KeepMatch)
		for _, m := range list {
			n := len(out.Tables) - 1
			if n < 0 || out.Tables[n].Fingerprint != m.Fingerprint {
				account := m.FullName
				if account == "" {
					account = m.Account
				}
				out.Tables = append(
					out.Tables,
					MatchedTable{Fingerprint: m.Fingerprint, File: m.File, Account: account, At: m.At.In(a.Zone), Revision: m.Revision},
				)
				n++
			}
			h := MatchedHeading{Shown: m.Shown}
			if m.Reads != "" {
				h.Reads, _ = match.ParseTarget(m.Reads)
				if d, ok := c.Definition(h.Reads.Code); ok {
					h.Name = d.Name
				}
			}
			if t := &out.Tables[n]; m.Kind == store.MatchLine {
				t.Lines = append(t.Lines, h)
			} else {
				t.Columns = append(t.Columns, h)
			}
		}
		return nil
	})
	return out, err
}

// matches reads what holds of an agency's matches, for those who may see it.
func (a *Room) matches(ctx context.Context, v *store.View, id agency.ID) (*ledger.Catalogue, []store.HeadingMatch, error) {
	c, err := a.Catalogue(v)
	if err != nil {
		return nil, nil, err
	}
	ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
	if err := ground.Check(access.From(ctx), access.KeepMatch, access.At(id)); err != nil {
		return nil, nil, err
	}
	if !c.Agencies.Known(id) {
		return nil, nil, fault.New(fault.NotFound, "Không tìm thấy đơn vị mang mã “%s”. Hãy chọn đơn vị trong danh sách.", string(id))
	}
	list, err := v.HeadingMatches(id)
	return c, list, err
}

// RevokeMatches ends what an agency remembers of a table: its columns are asked about again.
func (a *Room) RevokeMatches(ctx context.Context, id agency.ID, fingerprint string) (err error) {
	defer fault.Context(&err, "receive.RevokeMatches(%s)", id)
	_, err = a.Write(ctx, store.Change{Account: access.From(ctx).Name, Reason: "Bỏ cách đọc tệp đã nhớ"}, func(tx *store.Tx) error {
		_, list, err := a.matches(ctx, &tx.View, id)
		if err != nil {
			return err
		}
		var ended []store.HeadingMatch
		for _, m := range list {
			if m.Fingerprint == fingerprint {
				ended = append(ended, m)
			}
		}
		if len(ended) == 0 {
			return fault.New(fault.NotFound, "Không còn cách đọc tệp này; có thể đã được bỏ trước đó. Hãy tải lại trang.")
		}
		tx.Audit(
			store.Entry{
				Action: "match_revoked",
				Agency: id,
				Target: "agency:" + string(id),
				Detail: "Bỏ cách đọc tệp " + ended[0].File + ": " + readingText(ended),
			},
		)
		_, err = tx.RevokeHeadingMatches(id, fingerprint)
		return err
	})
	return err
}

// MatchesFile returns what is remembered of an agency's tables as a CSV, in the form that --match-file takes.
func (a *Room) MatchesFile(ctx context.Context, id agency.ID) (name string, data []byte, err error) {
	defer fault.Context(&err, "receive.MatchesFile(%s)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		_, list, err := a.matches(ctx, v, id)
		if err != nil {
			return err
		}
		data, err = MatchCSV(list)
		return err
	})
	return "cach-doc-tep-" + string(id) + ".csv", data, err
}

// matchHead is the header of the file.
var matchHead = []string{"kind", "table", "heading", "reads", "agency", "file", "account", "at", "revision"}

// MatchCSV writes matches as a CSV with a header.
func MatchCSV(list []store.HeadingMatch) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff") // so that Excel reads the Vietnamese
	w := csv.NewWriter(&b)
	_ = w.Write(matchHead) // a buffer takes everything
	for _, m := range list {
		reads, at, revision := m.Reads, "", ""
		if reads == "" {
			reads = noReading
		}
		if !m.At.IsZero() {
			at, revision = m.At.UTC().Format(time.RFC3339), strconv.FormatInt(m.Revision, 10)
		}
		_ = w.Write([]string{string(m.Kind), m.Fingerprint, m.Shown, reads, string(m.Agency), m.File, m.Account, at, revision})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
