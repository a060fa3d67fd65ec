package store

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// RegisterKey names a state of the register: the newest revision that changed it, and how many tasks there
// are, for the illustrative ones may be deleted.
type RegisterKey struct{ Revision, Tasks int64 }

// RegisterKey returns the key under which the register at the view's revision can be kept.
func (v *View) RegisterKey() (k RegisterKey, err error) {
	err = v.db.Raw(`SELECT COALESCE(MAX(r), 0) AS revision, (SELECT COUNT(*) FROM task) AS tasks FROM (
		SELECT MAX(revision) AS r FROM task_version WHERE revision <= ?
		UNION ALL SELECT MAX(revision) FROM assignment_version WHERE revision <= ?) AS newest`, v.rev.ID, v.rev.ID).Scan(&k).Error
	return k, err
}

// Tasks returns every task as the view's revision knows it, in the order in which they were registered.
func (v *View) Tasks() (out []task.Task, err error) {
	defer fault.Context(&err, "store.Tasks")
	return v.tasks(v.rev.ID)
}

// maxChanged is how many changed tasks are worth looking up one by one.
const maxChanged = 500

// TasksSince returns those tasks that a later revision than the given one brought or changed, as the view's revision knows them;
// false when there are so many that all had better be loaded.
func (v *View) TasksSince(revision int64) (out []task.Task, few bool, err error) {
	defer fault.Context(&err, "store.TasksSince(%d)", revision)
	var ids []int64
	if err := v.db.Raw(`SELECT task FROM task_version WHERE revision > ? AND revision <= ?
		UNION SELECT a.task FROM assignment_version x JOIN assignment a ON a.id = x.assignment WHERE x.revision > ? AND x.revision <= ? LIMIT ?`,
		revision, v.rev.ID, revision, v.rev.ID, maxChanged+1).Scan(&ids).Error; err != nil || len(ids) == 0 || len(ids) > maxChanged {
		return nil, err == nil && len(ids) == 0, err
	}
	out, err = v.tasks(v.rev.ID, ids...)
	return out, true, err
}

// TaskOf returns the task that an assignment belongs to; false when there is no such assignment.
func (v *View) TaskOf(assignment int64) (t task.Task, ok bool, err error) {
	defer fault.Context(&err, "store.TaskOf(%d)", assignment)
	var id int64
	if err := v.db.Raw("SELECT task FROM assignment WHERE id = ?", assignment).Scan(&id).Error; err != nil || id == 0 {
		return t, false, err
	}
	one, err := v.tasks(v.rev.ID, id)
	if err != nil || len(one) == 0 {
		return t, false, err
	}
	return one[0], true, nil
}

// tasks loads the register of a revision: all of it, or some tasks.
func (v *View) tasks(revision int64, only ...int64) (out []task.Task, err error) {
	documents, err := v.documents()
	if err != nil {
		return nil, err
	}
	index := map[int64]int{}
	if err := v.eachRow(`SELECT t.id, t.code, v.title, v.programme, v.owner, COALESCE(v.document, 0), v.product, v.indicators, v.note
		FROM task t JOIN task_version v ON v.task = t.id WHERE v.revision <= ? AND v.superseded > ?`+oneOf("t.id", only)+" ORDER BY t.id",
		revision, only, func(scan func(...any) error) error {
			var t task.Task
			var owner, indicators string
			err := scan(&t.ID, &t.Code, &t.Title, &t.Programme, &owner, &t.Document.ID, &t.Product, &indicators, &t.Note)
			t.Owner, t.Indicators, t.Document = agency.ID(owner), strings.Fields(indicators), documents[t.Document.ID]
			if len(t.Indicators) == 0 {
				t.Indicators = nil
			}
			index[t.ID] = len(out)
			out = append(out, t)
			return err
		}); err != nil {
		return nil, err
	}
	type place struct{ task, assignment int }
	places := map[int64]place{}
	if err := v.eachRow(`SELECT a.id, a.task, a.agency, v.lead, v.person, v.post, v.assigned, v.ended, v.nature, v.due, v.due_text, v.completed
		FROM assignment a JOIN assignment_version v ON v.assignment = a.id WHERE v.revision <= ? AND v.superseded > ?`+oneOf("a.task", only)+" ORDER BY a.id",
		revision, only, func(scan func(...any) error) error {
			var a task.Assignment
			var of, lead int64
			var id, nature string
			err := scan(&a.ID, &of, &id, &lead, &a.Person, &a.Post, &a.Assigned, &a.Ended, &nature, &a.Due, &a.DueText, &a.Completed)
			i, ok := index[of]
			if err != nil || !ok {
				return err
			}
			a.Agency, a.Lead, a.Nature = agency.ID(id), lead != 0, task.Nature(nature)
			places[a.ID] = place{i, len(out[i].Assignments)}
			out[i].Assignments = append(out[i].Assignments, a)
			return nil
		}); err != nil {
		return nil, err
	}
	return out, v.eachRow(
		`SELECT c.assignment, c.kind, c.from_day, c.to_day, c.nature, c.due, c.due_text, COALESCE(c.agency, ''), COALESCE(c.document, 0), c.reason
		FROM assignment_change c JOIN assignment a ON a.id = c.assignment WHERE c.revision <= ? AND c.superseded > ?`+oneOf(
			"a.task",
			only,
		)+" ORDER BY c.assignment, c.ord",
		revision,
		only,
		func(scan func(...any) error) error {
			var c task.Change
			var of, document int64
			var kind, nature, heir string
			err := scan(&of, &kind, &c.From, &c.To, &nature, &c.Due, &c.DueText, &heir, &document, &c.Reason)
			p, ok := places[of]
			if err != nil || !ok {
				return err
			}
			c.Kind, c.Nature, c.Agency, c.Document = task.ChangeKind(kind), task.Nature(nature), agency.ID(heir), documents[document]
			a := &out[p.task].Assignments[p.assignment]
			a.Changes = append(a.Changes, c)
			return nil
		},
	)
}

func oneOf(column string, only []int64) string {
	if len(only) == 0 {
		return ""
	}
	return " AND " + column + " IN ?"
}

// eachRow runs a query over versions at a revision, narrowed to some keys unless there are none.
func (v *View) eachRow(query string, revision int64, only []int64, row func(scan func(...any) error) error) error {
	args := []any{revision, revision}
	if len(only) > 0 {
		args = append(args, only)
	}
	return v.scanRows(query, args, row)
}

func (v *View) scanRows(query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := v.db.Raw(query, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v *View) documents() (map[int64]task.Document, error) {
	out := map[int64]task.Document{}
	err := v.scanRows("SELECT id, number, day, issuer, signer, level, title FROM document", nil, func(scan func(...any) error) error {
		var d task.Document
		err := scan(&d.ID, &d.Number, &d.Day, &d.Issuer, &d.Signer, &d.Level, &d.Title)
		out[d.ID] = d
		return err
	})
	return out, err
}

// TaskVersion is a task as one revision left it.
type TaskVersion struct {
	Revision    Revision
	Account     string
	Reason      string
	Upload      int64
	Sheet, Cell string
	Task        task.Task
}

// TaskVersions returns what became of a task, oldest first, up to the view's revision.
func (v *View) TaskVersions(id int64) (out []TaskVersion, err error) {
	defer fault.Context(&err, "store.TaskVersions(%d)", id)
	if err := v.scanRows(`SELECT r.id, r.at, a.name, r.reason, MAX(x.upload), MAX(x.sheet), MAX(x.cell) FROM (
			SELECT revision, upload, sheet, cell FROM task_version WHERE task = ?
			UNION ALL SELECT v.revision, v.upload, v.sheet, v.cell FROM assignment_version v JOIN assignment s ON s.id = v.assignment WHERE s.task = ?
		) AS x JOIN revision r ON r.id = x.revision JOIN account a ON a.id = r.account WHERE r.id <= ? GROUP BY r.id, r.at, a.name, r.reason ORDER BY r.id`,
		[]any{id, id, v.rev.ID}, func(scan func(...any) error) error {
			var x TaskVersion
			var at int64
			err := scan(&x.Revision.ID, &at, &x.Account, &x.Reason, &x.Upload, &x.Sheet, &x.Cell)
			x.Revision.At = time.UnixMicro(at).UTC()
			out = append(out, x)
			return err
		}); err != nil {
		return nil, err
	}
	for i := range out {
		tasks, err := v.tasks(out[i].Revision.ID, id)
		if err != nil {
			return nil, err
		}
		if len(tasks) == 1 {
			out[i].Task = tasks[0]
		}
	}
	return out, nil
}

// Updates returns the updates of assignments up to the view's revision, oldest first.
func (v *View) Updates(assignments ...int64) (out []task.Update, err error) {
	defer fault.Context(&err, "store.Updates")
	return v.updates("u.assignment IN ? AND u.revision <= ?", []any{assignments, v.rev.ID}, len(assignments))
}

// LatestUpdates returns the last update of each assignment that has one: of those given, or of all.
func (v *View) LatestUpdates(assignments ...int64) (out map[int64]task.Update, err error) {
	defer fault.Context(&err, "store.LatestUpdates")
	// The newest of each by the index: grouping would read the whole table.
	query, args := "u.id IN (SELECT (SELECT MAX(x.id) FROM task_update x WHERE x.assignment = s.id AND x.revision <= ?) FROM assignment s", []any{
		v.rev.ID,
	}
	if n := len(assignments); n > 0 && n <= 1000 { // more parameters cost more than reading all
		query, args = query+" WHERE s.id IN ?", append(args, assignments)
	}
	query += ")"
	all, err := v.updates(query, args, 1)
	out = make(map[int64]task.Update, len(all))
	for _, u := range all {
		out[u.Assignment] = u
	}
	return out, err
}

func (v *View) updates(where string, args []any, n int) (out []task.Update, err error) {
	if n == 0 {
		return nil, nil
	}
	err = v.scanRows(
		`SELECT u.id, u.assignment, u.at, a.name, u.day, u.percent, u.text, u.obstacle, u.proposal, u.evidence, u.file, u.file_name, u.upload, u.sheet, u.cell
		FROM task_update u JOIN account a ON a.id = u.account WHERE `+where+" ORDER BY u.id",
		args,
		func(scan func(...any) error) error {
			var u task.Update
			var at int64
			var percent sql.NullFloat64
			err := scan(
				&u.ID,
				&u.Assignment,
				&at,
				&u.Account,
				&u.Day,
				&percent,
				&u.Text,
				&u.Obstacle,
				&u.Proposal,
				&u.Evidence,
				&u.File.SHA256,
				&u.File.Name,
				&u.Upload,
				&u.Sheet,
				&u.Cell,
			)
			if err != nil {
				return err
			}
			u.At = time.UnixMicro(at).UTC()
			u.Percent, err = nullDecimal(percent)
			out = append(out, u)
			return err
		},
	)
	return out, err
}

// Requests returns the requests of assignments up to the view's revision, oldest first; of all when none
// is given. waiting leaves out those that were decided.
func (v *View) Requests(waiting bool, assignments ...int64) (out []task.Request, err error) {
	defer fault.Context(&err, "store.Requests")
	documents, err := v.documents()
	if err != nil {
		return nil, err
	}
	where, args := "q.revision <= ?", []any{v.rev.ID, v.rev.ID}
	if waiting {
		where += " AND d.request IS NULL"
	}
	if len(assignments) > 0 {
		where, args = where+" AND q.assignment IN ?", append(args, assignments)
	}
	return out, v.scanRows(
		`SELECT q.id, q.assignment, q.kind, q.at, a.name, q.due, q.due_text, q.completed, q.reason, q.evidence, q.file, q.file_name,
			d.at, b.name, d.accepted, d.day, d.document, d.reason
		FROM task_request q JOIN account a ON a.id = q.account
		LEFT JOIN task_decision d ON d.request = q.id AND d.revision <= ? LEFT JOIN account b ON b.id = d.account
		WHERE `+where+" ORDER BY q.id",
		args,
		func(scan func(...any) error) error {
			var q task.Request
			var at int64
			var kind string
			var decided, accepted, day, document sql.NullInt64
			var account, reason sql.NullString
			err := scan(
				&q.ID,
				&q.Assignment,
				&kind,
				&at,
				&q.Account,
				&q.Due,
				&q.DueText,
				&q.Completed,
				&q.Reason,
				&q.Evidence,
				&q.File.SHA256,
				&q.File.Name,
				&decided,
				&account,
				&accepted,
				&day,
				&document,
				&reason,
			)
			q.Kind, q.At = task.RequestKind(kind), time.UnixMicro(at).UTC()
			if decided.Valid {
				q.Decision = &task.Decision{Accepted: accepted.Int64 != 0, At: time.UnixMicro(decided.Int64).UTC(), Account: account.String,
					Day: vi.Date(day.Int64), Document: documents[document.Int64], Reason: reason.String}
			}
			out = append(out, q)
			return err
		},
	)
}

// Request returns one request; a fault of kind NotFound when there is none.
func (v *View) Request(id int64) (q task.Request, err error) {
	all, err := v.Requests(false)
	if err != nil {
		return q, err
	}
	for _, q := range all {
		if q.ID == id {
			return q, nil
		}
	}
	return q, fault.New(fault.NotFound, "Không có đề nghị số %d.", id)
}

// verifyTasks looks for broken versions, dangling ids and decisions of one's own in the register.
func (v *View) verifyTasks() (problems []string, err error) {
	for _, c := range []struct{ sentence, query string }{
		{"%d nhiệm vụ hoặc phần giao không có đúng một phiên bản hiện hành.",
			fmt.Sprintf(`SELECT (SELECT COUNT(*) FROM task t WHERE (SELECT COUNT(*) FROM task_version v WHERE v.task = t.id AND v.superseded = %[1]d) <> 1)
			+ (SELECT COUNT(*) FROM assignment a WHERE (SELECT COUNT(*) FROM assignment_version v WHERE v.assignment = a.id AND v.superseded = %[1]d) <> 1)`, int64(forever))},
		{"%d phiên bản nhiệm vụ không nối tiếp nhau.",
			fmt.Sprintf(`SELECT (SELECT COUNT(*) FROM task_version v WHERE v.superseded <= v.revision OR v.superseded <> %[1]d
				AND NOT EXISTS (SELECT 1 FROM task_version n WHERE n.task = v.task AND n.revision = v.superseded))
			+ (SELECT COUNT(*) FROM assignment_version v WHERE v.superseded <= v.revision OR v.superseded <> %[1]d
				AND NOT EXISTS (SELECT 1 FROM assignment_version n WHERE n.assignment = v.assignment AND n.revision = v.superseded))
			+ (SELECT COUNT(*) FROM assignment_change c WHERE c.superseded <= c.revision OR c.superseded <> %[1]d
				AND NOT EXISTS (SELECT 1 FROM assignment_version n WHERE n.assignment = c.assignment AND n.revision = c.superseded))`, int64(forever))},
		{"%d dòng nhiệm vụ trỏ tới phiên bản dữ liệu hoặc lần nộp không tồn tại.",
			`SELECT COUNT(*) FROM (SELECT revision, upload FROM task_version UNION ALL SELECT revision, upload FROM assignment_version
			UNION ALL SELECT revision, upload FROM task_update UNION ALL SELECT revision, 0 FROM task_request UNION ALL SELECT revision, 0 FROM task_decision
			UNION ALL SELECT revision, 0 FROM assignment_change) AS x
			WHERE revision NOT IN (SELECT id FROM revision) OR (upload <> 0 AND upload NOT IN (SELECT id FROM upload))`},
		{"%d phần giao có thời hạn mà không có hạn, hoặc ngược lại.",
			`SELECT (SELECT COUNT(*) FROM assignment_version WHERE nature NOT IN ('timed', 'recurring', 'unscheduled') OR (nature = 'timed') <> (due <> 0))
			+ (SELECT COUNT(*) FROM assignment_change WHERE kind NOT IN ('extension', 'pause', 'handover') OR kind = 'extension' AND (nature = 'timed') <> (due <> 0)
				OR kind = 'handover' AND agency IS NULL)`},
		{"%d minh chứng nhiệm vụ trỏ tới tệp không tồn tại.",
			"SELECT COUNT(*) FROM (SELECT file FROM task_update UNION ALL SELECT file FROM task_request) AS x WHERE file <> '' AND file NOT IN (SELECT sha256 FROM file)"},
		{"%d đề nghị do chính người đề nghị xử lý.",
			"SELECT COUNT(*) FROM task_request q JOIN task_decision d ON d.request = q.id AND d.account = q.account"},
	} {
		var n int64
		if err := v.db.Raw(c.query).Scan(&n).Error; err != nil {
			return nil, err
		}
		if n > 0 {
			problems = append(problems, fmt.Sprintf(c.sentence, n))
		}
	}
	return problems, nil
}
