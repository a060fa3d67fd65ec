package store

import (
	"database/sql"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
)

// Cell is a cell of a submission with where its content came from and who saved it.
type Cell struct {
	filing.Cell
	Upload      int64 // 0: typed
	Sheet, Name string
	Account     string
	FullName    string
	At          time.Time
}

// noFigure is the state number of a cell without a figure.
const noFigure = -1

func draftFigure(f kpi.Figure) (figureRow, error) {
	if f.State == "" {
		return figureRow{state: noFigure}, nil
	}
	return newFigureRow(f)
}

func (r figureRow) draft() (kpi.Figure, error) {
	if r.state == noFigure {
		return kpi.Figure{}, nil
	}
	return r.figure()
}

// cellColumns selects cells by a column that groups them.
func cellColumns(group string) string {
	return "SELECT " + group + `, c.definition, c.version, c.num, c.den, c.value, c.state, c.bound, c.qualifiers, c.typed_num, c.typed_den, c.typed_value,
		c.faults, c.warnings, c.explained, c.note, c.returned, c.known_num, c.known_den, c.known_value, c.known_state, c.known_source, c.known_period,
		c.stance, c.dispute, c.upload, c.sheet, c.cell, a.name, a.full_name, c.at `
}

// Cells returns the saved cells of submissions by submission and definition.
func (v *View) Cells(submissions ...int64) (out map[int64]map[int64]Cell, err error) {
	defer fault.Context(&err, "store.Cells")
	out = map[int64]map[int64]Cell{}
	if len(submissions) == 0 {
		return out, nil
	}
	rows, err := v.db.Raw(cellColumns("c.submission")+"FROM submission_cell c JOIN account a ON a.id = c.account WHERE c.submission IN ?", submissions).
		Rows()
	if err != nil {
		return nil, err
	}
	return scanCells(rows)
}

// scanCells reads and closes rows of cellColumns.
func scanCells(rows *sql.Rows) (out map[int64]map[int64]Cell, err error) {
	out = map[int64]map[int64]Cell{}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c Cell
		var f, k figureRow
		var id, at int64
		var faults, warnings string
		if err := rows.Scan(&id, &c.Definition, &c.Version, &f.num, &f.den, &f.value, &f.state, &f.bound, &f.qualifiers, &c.Typed.Numerator, &c.Typed.Denominator,
			&c.Typed.Value, &faults, &warnings, &c.Explained, &c.Note, &c.Returned, &k.num, &k.den, &k.value, &k.state, &c.Known.Source, &c.Known.Period,
			&c.Known.Stance, &c.Known.Reason, &c.Upload, &c.Sheet, &c.Name, &c.Account, &c.FullName, &at); err != nil {
			return nil, err
		}
		c.Faults, c.Warnings, c.At = splitLines(faults), splitLines(warnings), time.UnixMicro(at).UTC()
		if c.Figure, err = f.draft(); err != nil {
			return nil, err
		}
		if c.Known.Figure, err = k.draft(); err != nil {
			return nil, err
		}
		if out[id] == nil {
			out[id] = map[int64]Cell{}
		}
		out[id][c.Definition] = c
	}
	return out, rows.Err()
}

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// SaveCells stores cells; each gets the next version. Account and time are those of the Write. Whether somebody else was faster
// is for the caller to ask, in the same Write.
func (tx *Tx) SaveCells(submission int64, cells []Cell) (err error) {
	defer fault.Context(&err, "store.SaveCells(%d)", submission)
	defer tx.spoil(&err)
	for i := range cells {
		c := &cells[i]
		f, err := draftFigure(c.Figure)
		if err != nil {
			return err
		}
		k, err := draftFigure(c.Known.Figure)
		if err != nil {
			return err
		}
		if err := tx.db.Exec(`INSERT INTO submission_cell (submission, definition, version, num, den, value, state, bound, qualifiers, typed_num, typed_den,
				typed_value, faults, warnings, explained, note, returned, known_num, known_den, known_value, known_state, known_source, known_period,
				stance, dispute, upload, sheet, cell, account, at)
			VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (submission, definition) DO UPDATE SET version = submission_cell.version + 1, num = excluded.num, den = excluded.den,
				value = excluded.value, state = excluded.state, bound = excluded.bound, qualifiers = excluded.qualifiers, typed_num = excluded.typed_num,
				typed_den = excluded.typed_den, typed_value = excluded.typed_value, faults = excluded.faults, warnings = excluded.warnings,
				explained = excluded.explained, note = excluded.note, returned = excluded.returned, known_num = excluded.known_num,
				known_den = excluded.known_den, known_value = excluded.known_value, known_state = excluded.known_state,
				known_source = excluded.known_source, known_period = excluded.known_period, stance = excluded.stance, dispute = excluded.dispute,
				upload = excluded.upload, sheet = excluded.sheet, cell = excluded.cell, account = excluded.account, at = excluded.at`,
			submission, c.Definition, f.num, f.den, f.value, f.state, f.bound, f.qualifiers, c.Typed.Numerator, c.Typed.Denominator, c.Typed.Value,
			strings.Join(c.Faults, "\n"), strings.Join(c.Warnings, "\n"), c.Explained, c.Note, c.Returned, k.num, k.den, k.value, k.state,
			string(c.Known.Source), c.Known.Period, string(c.Known.Stance), c.Known.Reason, c.Upload, c.Sheet, c.Name, tx.account, tx.rev.At.UnixMicro()).Error; err != nil {
			return err
		}
		c.Version++
	}
	return nil
}

// Section is one part of the narrative of a report.
type Section struct {
	Order   int
	Title   string
	Body    string
	Version int64
	Account string // full name of who wrote it, the sign-in name where there is none
	At      time.Time
}

// Sections returns the narrative of a submission in order.
func (v *View) Sections(submission int64) (out []Section, err error) {
	defer fault.Context(&err, "store.Sections(%d)", submission)
	rows, err := v.db.Raw(`SELECT n.ord, n.title, n.body, n.version, COALESCE(NULLIF(a.full_name, ''), a.name), n.at FROM submission_section n JOIN account a ON a.id = n.account
		WHERE n.submission = ? ORDER BY n.ord`, submission).
		Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s Section
		var at int64
		if err := rows.Scan(&s.Order, &s.Title, &s.Body, &s.Version, &s.Account, &at); err != nil {
			return nil, err
		}
		s.At = time.UnixMicro(at).UTC()
		out = append(out, s)
	}
	return out, rows.Err()
}

// SaveSection stores one part of the narrative; it gets the next version.
func (tx *Tx) SaveSection(submission int64, s Section) (err error) {
	defer fault.Context(&err, "store.SaveSection(%d, %d)", submission, s.Order)
	defer tx.spoil(&err)
	return tx.db.Exec(`INSERT INTO submission_section (submission, ord, title, body, version, account, at) VALUES (?, ?, ?, ?, 1, ?, ?)
		ON CONFLICT (submission, ord) DO UPDATE SET title = excluded.title, body = excluded.body, version = submission_section.version + 1,
			account = excluded.account, at = excluded.at`, submission, s.Order, s.Title, s.Body, tx.account, tx.rev.At.UnixMicro()).Error
}

// Proposal is one thing that an agency asks for, and what the office answered (đề xuất, kiến nghị).
type Proposal struct {
	ID         int64
	Submission int64
	Round      int64
	Agency     agency.ID
	Text       string
	Account    string
	At         time.Time
	Answer     string
	AnsweredBy string
	AnsweredAt time.Time // zero while it waits
}

// ProposalQuery asks for proposals. Zero fields do not filter.
type ProposalQuery struct{ ID, Submission, Round int64 }

// Proposals returns proposals in the order in which they were made.
func (v *View) Proposals(q ProposalQuery) (out []Proposal, err error) {
	defer fault.Context(&err, "store.Proposals(%+v)", q)
	rows, err := v.db.Raw(`SELECT p.id, p.submission, s.round, s.agency, p.text, a.name, p.at, p.answer, COALESCE(b.name, ''), p.answered_at
		FROM submission_proposal p JOIN submission s ON s.id = p.submission JOIN account a ON a.id = p.account LEFT JOIN account b ON b.id = p.answered_by
		WHERE (p.id = ? OR ? = 0) AND (p.submission = ? OR ? = 0) AND (s.round = ? OR ? = 0) ORDER BY p.id`,
		q.ID, q.ID, q.Submission, q.Submission, q.Round, q.Round).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p Proposal
		var at, answered int64
		if err := rows.Scan(&p.ID, &p.Submission, &p.Round, &p.Agency, &p.Text, &p.Account, &at, &p.Answer, &p.AnsweredBy, &answered); err != nil {
			return nil, err
		}
		p.At, p.AnsweredAt = time.UnixMicro(at).UTC(), moment(answered)
		out = append(out, p)
	}
	return out, rows.Err()
}

// SaveProposal stores a new proposal, or a new text of one.
func (tx *Tx) SaveProposal(p Proposal) (id int64, err error) {
	defer fault.Context(&err, "store.SaveProposal(%d)", p.Submission)
	defer tx.spoil(&err)
	if p.ID != 0 {
		return p.ID, tx.db.Exec(
			"UPDATE submission_proposal SET text = ?, account = ?, at = ? WHERE id = ?",
			p.Text,
			tx.account,
			tx.rev.At.UnixMicro(),
			p.ID,
		).Error
	}
	if p.ID, err = tx.nextID("submission_proposal"); err != nil {
		return 0, err
	}
	return p.ID, tx.db.Exec(
		`INSERT INTO submission_proposal (id, submission, text, account, at, answer, answered_by, answered_at) VALUES (?, ?, ?, ?, ?, '', 0, 0)`,
		p.ID,
		p.Submission,
		p.Text,
		tx.account,
		tx.rev.At.UnixMicro(),
	).Error
}

// RemoveProposal takes a proposal out of a draft.
func (tx *Tx) RemoveProposal(id int64) error {
	return tx.db.Exec("DELETE FROM submission_proposal WHERE id = ?", id).Error
}

// AnswerProposal stores what the office answers.
func (tx *Tx) AnswerProposal(id int64, answer string) error {
	var submission int64
	if err := tx.db.Raw("SELECT submission FROM submission_proposal WHERE id = ?", id).Scan(&submission).Error; err != nil {
		return err
	}
	tx.mark("report", submission)
	return tx.db.Exec(
		"UPDATE submission_proposal SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ?",
		answer,
		tx.account,
		tx.rev.At.UnixMicro(),
		id,
	).Error
}
