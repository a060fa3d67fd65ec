package store

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"chiso/internal/fault"
	"chiso/internal/task"
)

// TaskEntry is a task to be saved and where it comes from.
type TaskEntry struct {
	Task        task.Task // ID 0 for a new one; assignments with ID 0 are new
	Upload      int64
	Sheet, Cell string
}

// TaskCounts says what saving tasks did.
type TaskCounts struct{ New, Changed, Unchanged int }

// SaveTasks brings tasks to what the entries say: what differs gets a new version, what is the same stays.
// It gives entries and their assignments their ids. Assignments that an entry leaves out stay as they are.
func (tx *Tx) SaveTasks(entries []TaskEntry) (n TaskCounts, err error) {
	defer fault.Context(&err, "store.SaveTasks")
	defer tx.spoil(&err)
	have, err := tx.liveTasks(entries)
	if err != nil {
		return n, err
	}
	s := &taskSaver{tx: tx, documents: map[task.Document]int64{}}
	if err := s.prepare(); err != nil {
		return n, err
	}
	for i := range entries {
		e := &entries[i]
		if err := legalTask(&e.Task); err != nil {
			return n, err
		}
		old, known := have[e.Task.Code]
		if known != (e.Task.ID != 0) || known && old.ID != e.Task.ID {
			return n, fault.New(fault.Conflict, "Nhiệm vụ %s vừa được người khác ghi. Hãy nạp lại.", e.Task.Code)
		}
		changed, err := s.task(e, old)
		switch {
		case err != nil:
			return n, err
		case !known:
			n.New++
		case changed:
			n.Changed++
		default:
			n.Unchanged++
		}
		have[e.Task.Code] = e.Task
	}
	return n, s.flush()
}

// liveTasks returns the tasks that entries would change: each alone, or all when there are many.
func (tx *Tx) liveTasks(entries []TaskEntry) (map[string]task.Task, error) {
	out := make(map[string]task.Task, len(entries))
	load := func(only ...int64) error {
		tasks, err := tx.tasks(tx.rev.ID, only...) // this revision too: an earlier call of the same Write
		for _, t := range tasks {
			out[t.Code] = t
		}
		return err
	}
	if len(entries) > 20 {
		return out, load()
	}
	for i := range entries {
		var id int64
		if err := tx.db.Raw("SELECT id FROM task WHERE code = ?", entries[i].Task.Code).Scan(&id).Error; err != nil {
			return nil, err
		}
		if id != 0 {
			if err := load(id); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// legalTask refuses what PostgreSQL does not store.
func legalTask(t *task.Task) error {
	texts := []string{
		t.Code,
		t.Title,
		t.Programme,
		t.Product,
		t.Note,
		t.Document.Number,
		t.Document.Issuer,
		t.Document.Signer,
		t.Document.Title,
	}
	for i := range t.Assignments {
		a := &t.Assignments[i]
		texts = append(texts, a.Person, a.Post, a.DueText)
		for _, c := range a.Changes {
			texts = append(texts, c.DueText, c.Reason, c.Document.Number, c.Document.Issuer, c.Document.Signer, c.Document.Title)
		}
	}
	if t.Code == "" || t.Title == "" || t.Owner == "" {
		return fault.New(fault.Invalid, "Nhiệm vụ cần có mã, tên và cơ quan theo dõi.")
	}
	return legalTexts(texts...)
}

func legalTexts(texts ...string) error {
	for _, s := range texts {
		if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			return fault.New(fault.Invalid, "Có chữ không phải UTF-8 trong nhiệm vụ. Hãy kiểm tra lại.")
		}
	}
	return nil
}

// taskSaver collects the new rows of one call of SaveTasks, so that they are written many at a time.
type taskSaver struct {
	tx        *Tx
	documents map[task.Document]int64 // by content, without its id
	again     bool                    // this Write saved tasks before: a version of its own may be there
	nextTask  int64
	nextPart  int64
	nextDoc   int64

	newTasks []task.Task
	newParts []newPart
	tasks    []TaskEntry
	parts    []partRow
	changes  []changeRow
	docs     []task.Document
	old      [3][]int64 // ids whose versions are superseded: tasks, assignments, and assignments with changes
}

type newPart struct {
	id, task int64
	agency   string
}

type partRow struct {
	task.Assignment
	upload      int64
	sheet, cell string
}

type changeRow struct {
	assignment int64
	ord        int
	task.Change
}

func (s *taskSaver) prepare() error {
	documents, err := s.tx.View.documents()
	if err != nil {
		return err
	}
	for id, d := range documents {
		d.ID = 0
		s.documents[d] = id
	}
	s.again = s.tx.tasksSaved
	s.tx.tasksSaved = true
	for table, next := range map[string]*int64{"task": &s.nextTask, "assignment": &s.nextPart, "document": &s.nextDoc} {
		if *next, err = s.tx.nextID(table); err != nil {
			return err
		}
	}
	return nil
}

// document gives a document its id: the same words are the same document.
func (s *taskSaver) document(d *task.Document) {
	d.ID = 0
	if *d == (task.Document{}) {
		return
	}
	id, ok := s.documents[*d]
	if !ok {
		id = s.nextDoc
		s.nextDoc++
		s.documents[*d] = id
		x := *d
		x.ID = id
		s.docs = append(s.docs, x)
	}
	d.ID = id
}

// task notes the rows that bring old to what e says, and reports whether there are any.
func (s *taskSaver) task(e *TaskEntry, old task.Task) (changed bool, err error) {
	t := &e.Task
	s.document(&t.Document)
	if t.ID == 0 {
		t.ID = s.nextTask
		s.nextTask++
		s.newTasks = append(s.newTasks, *t)
	}
	mine, theirs := *t, old
	mine.Assignments, theirs.Assignments = nil, nil
	if !reflect.DeepEqual(mine, theirs) {
		changed = true
		if old.ID != 0 {
			s.old[0] = append(s.old[0], t.ID)
		}
		s.tasks = append(s.tasks, *e)
	}
	before := make(map[int64]*task.Assignment, len(old.Assignments))
	for i := range old.Assignments {
		before[old.Assignments[i].ID] = &old.Assignments[i]
	}
	for i := range t.Assignments {
		a := &t.Assignments[i]
		for j := range a.Changes {
			s.document(&a.Changes[j].Document)
		}
		was := before[a.ID]
		if a.ID != 0 && was == nil || was != nil && was.Agency != a.Agency {
			return false, fmt.Errorf("assignment %d of %s does not exist, or is another agency's", a.ID, t.Code)
		}
		if was != nil && reflect.DeepEqual(*a, *was) {
			continue
		}
		changed = true
		s.assignment(e, a, was)
	}
	return changed, nil
}

func (s *taskSaver) assignment(e *TaskEntry, a, was *task.Assignment) {
	if was == nil {
		a.ID = s.nextPart
		s.nextPart++
		s.newParts = append(s.newParts, newPart{a.ID, e.Task.ID, string(a.Agency)})
	} else {
		s.old[1] = append(s.old[1], a.ID)
		if len(was.Changes) > 0 {
			s.old[2] = append(s.old[2], a.ID)
		}
	}
	s.parts = append(s.parts, partRow{Assignment: *a, upload: e.Upload, sheet: e.Sheet, cell: e.Cell})
	for i, c := range a.Changes {
		s.changes = append(s.changes, changeRow{a.ID, i, c})
	}
}

// flush writes everything that was noted.
func (s *taskSaver) flush() error {
	tx := s.tx
	if len(s.tasks)+len(s.parts) == 0 {
		return nil
	}
	tx.touched, tx.registers = true, true
	for i, table := range []struct{ name, key string }{{"task_version", "task"}, {"assignment_version", "assignment"}, {"assignment_change", "assignment"}} {
		for _, id := range s.old[i] {
			if s.again {
				if err := tx.db.Exec("DELETE FROM "+table.name+" WHERE "+table.key+" = ? AND revision = ?", id, tx.rev.ID).Error; err != nil {
					return err
				}
			}
			if err := tx.db.Exec("UPDATE "+table.name+" SET superseded = ? WHERE "+table.key+" = ? AND superseded = ?", tx.rev.ID, id, int64(forever)).Error; err != nil {
				return err
			}
		}
	}
	revision := tx.rev.ID
	s.markDocuments()
	if err := insertMany(tx, "document", "id, number, day, issuer, signer, level, title", s.docs, func(d *task.Document, a []any) []any {
		return append(a, d.ID, d.Number, int(d.Day), d.Issuer, d.Signer, d.Level, d.Title)
	}); err != nil {
		return err
	}
	if err := insertMany(tx, "task", "id, code", s.newTasks, func(t *task.Task, a []any) []any { return append(a, t.ID, t.Code) }); err != nil {
		return err
	}
	if err := insertMany(tx, "task_version", "task, title, programme, owner, document, product, indicators, note, upload, sheet, cell, revision, superseded", s.tasks,
		func(e *TaskEntry, a []any) []any {
			t := &e.Task
			return append(a, t.ID, t.Title, t.Programme, string(t.Owner), nullID(t.Document.ID), t.Product, strings.Join(t.Indicators, " "), t.Note,
				e.Upload, e.Sheet, e.Cell, revision, int64(forever))
		}); err != nil {
		return err
	}
	if err := insertMany(tx, "assignment", "id, task, agency", s.newParts, func(p *newPart, a []any) []any { return append(a, p.id, p.task, p.agency) }); err != nil {
		return err
	}
	if err := insertMany(tx, "assignment_version", "assignment, lead, person, post, assigned, ended, nature, due, due_text, completed, upload, sheet, cell, revision, superseded", s.parts,
		func(p *partRow, a []any) []any {
			return append(a, p.ID, flag(p.Lead), p.Person, p.Post, int(p.Assigned), int(p.Ended), string(p.Nature), int(p.Due), p.DueText, int(p.Completed),
				p.upload, p.sheet, p.cell, revision, int64(forever))
		}); err != nil {
		return err
	}
	return insertMany(
		tx,
		"assignment_change",
		"assignment, ord, kind, from_day, to_day, nature, due, due_text, agency, document, reason, revision, superseded",
		s.changes,
		func(c *changeRow, a []any) []any {
			var heir any
			if c.Agency != "" {
				heir = string(c.Agency)
			}
			return append(a, c.assignment, c.ord, string(c.Kind), int(c.From), int(c.To), string(c.Nature), int(c.Due), c.DueText, heir,
				nullID(c.Document.ID), c.Reason, revision, int64(forever))
		},
	)
}

// markDocuments says that the new documents are there.
func (s *taskSaver) markDocuments() {
	for _, d := range s.docs {
		s.tx.mark("document", d.ID)
	}
}

func nullID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// AddUpdates appends updates in the name of the Write's account and returns their ids.
func (tx *Tx) AddUpdates(updates []task.Update) (ids []int64, err error) {
	defer fault.Context(&err, "store.AddUpdates")
	defer tx.spoil(&err)
	if len(updates) == 0 {
		return nil, nil
	}
	next, err := tx.nextID("task_update")
	if err != nil {
		return nil, err
	}
	for i := range updates {
		u := &updates[i]
		if err := legalTexts(u.Text, u.Obstacle, u.Proposal, u.Evidence, u.File.Name, u.Sheet, u.Cell); err != nil {
			return nil, err
		}
		u.ID, u.At = next+int64(i), tx.rev.At
		ids = append(ids, u.ID)
	}
	tx.touched, tx.registers = true, true
	return ids, insertMany(
		tx,
		"task_update",
		"id, assignment, revision, at, account, day, percent, text, obstacle, proposal, evidence, file, file_name, upload, sheet, cell",
		updates,
		func(u *task.Update, a []any) []any {
			return append(
				a,
				u.ID,
				u.Assignment,
				tx.rev.ID,
				tx.rev.At.UnixMicro(),
				tx.account,
				int(u.Day),
				nullFloat(u.Percent),
				u.Text,
				u.Obstacle,
				u.Proposal,
				u.Evidence,
				u.File.SHA256,
				u.File.Name,
				u.Upload,
				u.Sheet,
				u.Cell,
			)
		},
	)
}

// AddRequest appends a request in the name of the Write's account and returns its id.
func (tx *Tx) AddRequest(q task.Request) (id int64, err error) {
	defer fault.Context(&err, "store.AddRequest")
	defer tx.spoil(&err)
	if err := legalTexts(q.DueText, q.Reason, q.Evidence, q.File.Name); err != nil {
		return 0, err
	}
	if id, err = tx.nextID("task_request"); err != nil {
		return 0, err
	}
	tx.touched, tx.registers = true, true
	return id, tx.db.Exec(
		`INSERT INTO task_request (id, assignment, revision, at, account, kind, due, due_text, completed, reason, evidence, file, file_name)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id,
		q.Assignment,
		tx.rev.ID,
		tx.rev.At.UnixMicro(),
		tx.account,
		string(q.Kind),
		int(q.Due),
		q.DueText,
		int(q.Completed),
		q.Reason,
		q.Evidence,
		q.File.SHA256,
		q.File.Name,
	).Error
}

// DecideRequest appends the decision of a request in the name of the Write's account. What it changes is
// saved with the task.
func (tx *Tx) DecideRequest(request int64, d task.Decision) (err error) {
	defer fault.Context(&err, "store.DecideRequest(%d)", request)
	defer tx.spoil(&err)
	if err := legalTexts(d.Reason, d.Document.Number, d.Document.Issuer); err != nil {
		return err
	}
	s := &taskSaver{tx: tx, documents: map[task.Document]int64{}}
	if err := s.prepare(); err != nil {
		return err
	}
	s.document(&d.Document)
	s.markDocuments()
	if err := insertMany(tx, "document", "id, number, day, issuer, signer, level, title", s.docs, func(d *task.Document, a []any) []any {
		return append(a, d.ID, d.Number, int(d.Day), d.Issuer, d.Signer, d.Level, d.Title)
	}); err != nil {
		return err
	}
	tx.touched, tx.registers = true, true
	return tx.db.Exec(
		`INSERT INTO task_decision (request, revision, at, account, accepted, day, document, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		request,
		tx.rev.ID,
		tx.rev.At.UnixMicro(),
		tx.account,
		flag(d.Accepted),
		int(d.Day),
		nullID(d.Document.ID),
		d.Reason,
	).Error
}

// RemoveTasks is part of taking the illustrative set away (design rule 2): it deletes the tasks of a
// programme with everything about them and returns how many went.
func (tx *Tx) RemoveTasks(programme string) (removed int64, err error) {
	defer fault.Context(&err, "store.RemoveTasks(%s)", programme)
	defer tx.spoil(&err)
	const tasks = "(SELECT task FROM task_version WHERE programme = ?)"
	const parts = "(SELECT id FROM assignment WHERE task IN " + tasks + ")"
	for _, q := range []string{
		"SELECT revision FROM task_version WHERE programme = ?", "SELECT superseded FROM task_version WHERE programme = ?",
		"SELECT revision FROM assignment_version WHERE assignment IN " + parts, "SELECT superseded FROM assignment_version WHERE assignment IN " + parts,
		"SELECT revision FROM assignment_change WHERE assignment IN " + parts, "SELECT superseded FROM assignment_change WHERE assignment IN " + parts,
		"SELECT revision FROM task_update WHERE assignment IN " + parts, "SELECT revision FROM task_request WHERE assignment IN " + parts,
		"SELECT revision FROM task_decision WHERE request IN (SELECT id FROM task_request WHERE assignment IN " + parts + ")",
	} {
		if err := tx.thin(q, programme); err != nil {
			return 0, err
		}
	}
	for _, q := range []string{
		"DELETE FROM task_decision WHERE request IN (SELECT id FROM task_request WHERE assignment IN " + parts + ")",
		"DELETE FROM task_request WHERE assignment IN " + parts, "DELETE FROM task_update WHERE assignment IN " + parts,
		"DELETE FROM assignment_change WHERE assignment IN " + parts, "DELETE FROM assignment_version WHERE assignment IN " + parts,
		"DELETE FROM assignment WHERE task IN " + tasks,
	} {
		if err := tx.db.Exec(q, programme).Error; err != nil {
			return 0, err
		}
	}
	var ids []int64
	if err := tx.db.Raw("SELECT DISTINCT task FROM task_version WHERE programme = ?", programme).Scan(&ids).Error; err != nil ||
		len(ids) == 0 {
		return 0, err
	}
	tx.touched = true
	if err := tx.db.Exec("DELETE FROM task_version WHERE task IN ?", ids).Error; err != nil {
		return 0, err
	}
	res := tx.db.Exec("DELETE FROM task WHERE id IN ?", ids)
	return res.RowsAffected, res.Error
}
