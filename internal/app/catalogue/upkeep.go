package catalogue

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Request is a new catalogue, or some of its tables, that somebody sends.
type Request struct {
	File     ledger.ImportFile
	Document ledger.Document // the act that orders the change
	Reason   string
	DryRun   bool
	// Fingerprint is what the preview said; accepting something else is refused. "" takes whatever the file says.
	Fingerprint string
}

// Result says what a new catalogue changes, or why it is refused.
type Result struct {
	Tables      []string        `json:"tables"` // titles of the tables that were read
	Findings    []check.Finding `json:"findings"`
	Changes     []Change        `json:"changes"`
	Fingerprint string          `json:"fingerprint"`
	Accepted    bool            `json:"accepted"`
	Revision    *int64          `json:"revision"` // that it became, nil when nothing was stored
}

// Refused reports whether there is an error.
func (r *Result) Refused() bool { return slices.ContainsFunc(r.Findings, isError) }

// Count returns how many changes are of a kind.
func (r *Result) Count(k ChangeKind) (n int) {
	for _, c := range r.Changes {
		if c.Kind == k {
			n++
		}
	}
	return n
}

// CatalogueFile returns the catalogue as it holds, as a workbook with a sheet for each table, or for the named tables alone.
func (a *Room) CatalogueFile(ctx context.Context, tables ...string) (name string, data []byte, err error) {
	defer fault.Context(&err, "catalogue.CatalogueFile")
	var wanted []catTable
	for _, t := range catTables() {
		if len(tables) == 0 || slices.Contains(tables, t.name) {
			wanted = append(wanted, t)
		}
	}
	if len(wanted) < len(tables) || len(wanted) == 0 {
		return "", nil, fault.New(fault.NotFound, "Không có bảng danh mục này. Các bảng: %s.", strings.Join(tableNames(), ", "))
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if err := a.mayEditCatalogue(ctx, v); err != nil {
			return err
		}
		c, err := v.Catalogue()
		if err != nil {
			return err
		}
		b := intake.Book{Day: vi.DateOf(v.Revision().At.In(a.Zone)), Title: "Danh mục của Chiso"}
		b.Guide = catalogueGuide(v.Revision(), wanted)
		rows := tableRows(c)
		for _, t := range wanted {
			b.Tables = append(b.Tables, t.sheet(rows[t.name]))
		}
		var buf bytes.Buffer
		if err := intake.WriteBook(&buf, b); err != nil {
			return err
		}
		name, data = fmt.Sprintf("danh-muc-%d.xlsx", v.Revision().ID), buf.Bytes()
		return nil
	})
	return name, data, err
}

func tableNames() []string {
	var out []string
	for _, t := range catTables() {
		out = append(out, t.name)
	}
	return out
}

// CatalogueTables lists the tables that can be taken down.
func (a *Room) CatalogueTables() []ledger.Choice {
	var out []ledger.Choice
	for _, t := range catTables() {
		out = append(out, ledger.Choice{Code: t.name, Title: t.title})
	}
	return out
}

// sheet prints the rows of a table for people: days as 30/09/2026.
func (t catTable) sheet(rows [][]string) intake.BookTable {
	b := intake.BookTable{Name: t.name}
	for i, c := range t.columns {
		width := float64(len([]rune(heading(c)))) + 4
		for _, cells := range rows {
			width = max(width, min(48, float64(len([]rune(cells[i])))+2))
		}
		b.Columns = append(
			b.Columns,
			intake.BookColumn{Name: heading(c), Number: slices.Contains(t.numbers, c), Choice: choicesOf(t.name, c), Width: width},
		)
	}
	for _, cells := range rows {
		line := slices.Clone(cells)
		for i, c := range t.columns {
			if isDay(c) {
				line[i] = t.print(c, line[i])
			}
		}
		b.Rows = append(b.Rows, line)
	}
	return b
}

// mayEditCatalogue checks the actor of the context: the catalogue is the nation's.
func (a *Room) mayEditCatalogue(ctx context.Context, v *store.View) error {
	c, err := a.Catalogue(v)
	if err != nil {
		return err
	}
	return access.Ground{Tree: c.Agencies, Day: a.Today()}.Check(access.From(ctx), access.EditCatalog, access.At(agency.Nation))
}

// ImportCatalogue reads tables of the catalogue, checks them together with those that the file lacks, says what would change,
// and, unless it is a dry run, makes it the catalogue from this revision on. A refused file stores nothing.
func (a *Room) ImportCatalogue(ctx context.Context, req Request) (res *Result, err error) {
	defer fault.Context(&err, "catalogue.ImportCatalogue")
	bounded, end := a.Reading(ctx, &err)
	defer end()
	leave, err := a.Enter(bounded)
	if err != nil {
		return nil, err
	}
	defer leave()
	f, err := a.Open(bounded, req.File)
	if err != nil {
		return nil, err
	}
	l := newLoader()
	sheets, err := f.Sheets(intake.Options{Stop: ledger.Stop(bounded), Report: func(f check.Finding) { l.findings = append(l.findings, f) }})
	if err != nil {
		return nil, err
	}
	res = &Result{}
	for _, name := range l.readSheets(req.File.Name, sheets) {
		spec, _ := catTableOf(name)
		res.Tables = append(res.Tables, spec.title)
	}
	if len(res.Tables) == 0 {
		l.findings = append(l.findings, check.Finding{Severity: check.Error, Code: catalogueHeader,
			Message: "Tệp không có bảng danh mục nào. Tên trang tính (hoặc tên tệp CSV) phải là một trong: " + strings.Join(
				tableNames(),
				", ",
			) + "."})
	}
	if req.DryRun {
		err = a.Store.Read(bounded, time.Time{}, func(v *store.View) error {
			_, err := a.compareCatalogue(bounded, v, l, res)
			return err
		})
		return res, err
	}
	if err := ledger.CheckDocument(req.Document); err != nil {
		return nil, err
	}
	return res, a.acceptCatalogue(ctx, req, l, res)
}

// acceptCatalogue stores what the tables say, unless they are refused, change nothing, or would by now change something else
// than the preview showed.
func (a *Room) acceptCatalogue(ctx context.Context, req Request, l *loader, res *Result) error {
	who, err := ledger.Writer(ctx, access.EditCatalog)
	if err != nil {
		return err
	}
	rev, err := a.Write(
		ctx,
		store.Change{Account: who, Reason: cmp.Or(req.Reason, "Cập nhật danh mục theo "+req.Document.String()), Action: "catalogue"},
		func(tx *store.Tx) error {
			c, err := a.compareCatalogue(ctx, &tx.View, l, res)
			if err != nil {
				return err
			}
			if res.Refused() {
				return receive.ErrRefused
			}
			if req.Fingerprint != "" && req.Fingerprint != res.Fingerprint {
				return fault.New(fault.Conflict, "Danh mục đã thay đổi sau khi bạn xem trước. Chưa lưu gì. Hãy xem lại các thay đổi rồi xác nhận.")
			}
			if len(res.Changes) == 0 {
				return receive.ErrNothing
			}
			doc, err := tx.SaveDocument(req.Document)
			if err != nil {
				return err
			}
			tx.Cite(doc)
			return tx.SaveCatalogue(c)
		},
	)
	switch {
	case errors.Is(err, receive.ErrRefused):
		return nil
	case errors.Is(err, receive.ErrNothing):
		res.Accepted = true
		return nil
	case err != nil:
		return err
	}
	res.Accepted = true
	if rev.ID != 0 {
		res.Revision = &rev.ID
	}
	return nil
}

// compareCatalogue completes the tables that were read with those that hold, and says what that changes.
func (a *Room) compareCatalogue(ctx context.Context, v *store.View, l *loader, res *Result) (store.Catalogue, error) {
	if err := a.mayEditCatalogue(ctx, v); err != nil {
		return store.Catalogue{}, err
	}
	before, err := v.Catalogue()
	if err != nil {
		return before, err
	}
	rows := tableRows(before)
	for _, t := range catTables() {
		if l.tables[t.name] != nil {
			continue
		}
		all := []tableRow{textRow(1, t.columns)}
		for i, cells := range rows[t.name] {
			all = append(all, textRow(i+2, cells))
		}
		l.newTable(t, t.name, holding, all)
	}
	after := l.catalogue()
	if !slices.ContainsFunc(l.findings, isError) {
		res.Changes = catalogueChanges(before, after)
		if err := a.judgeChanges(v, l, before, after, res.Changes); err != nil {
			return after, err
		}
	}
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(res.Changes); err != nil {
		return after, err
	}
	res.Findings, res.Fingerprint = l.findings, hex.EncodeToString(sum.Sum(nil))
	return after, nil
}
