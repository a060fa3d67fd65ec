package store

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

// SavePack keeps a pack as it is now: a new one when it has no id. Two of one owner cannot have one name.
func (tx *Tx) SavePack(p *filing.Pack) (err error) {
	defer fault.Context(&err, "store.SavePack(%d)", p.ID)
	defer tx.spoil(&err)
	spec, err := json.Marshal(p.Spec)
	if err != nil {
		return err
	}
	var taken int64
	if err := tx.db.Raw("SELECT COUNT(*) FROM pack WHERE owner = ? AND name = ? AND id <> ?", string(p.Owner), p.Name, p.ID).Scan(&taken).Error; err != nil {
		return err
	}
	if taken > 0 {
		return fault.New(fault.Conflict, "Đã có bộ báo cáo tên “%s”. Hãy đặt tên khác hoặc sửa bộ đó.", p.Name)
	}
	if p.ID == 0 {
		if p.ID, err = tx.nextID("pack"); err != nil {
			return err
		}
		p.Version = 1
		return tx.db.Exec("INSERT INTO pack (id, owner, name, spec, version, account, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			p.ID, string(p.Owner), p.Name, string(spec), p.Version, tx.account, tx.Now().UnixMicro()).Error
	}
	res := tx.db.Exec("UPDATE pack SET name = ?, spec = ?, version = version + 1, account = ?, at = ? WHERE id = ? AND version = ?",
		p.Name, string(spec), tx.account, tx.Now().UnixMicro(), p.ID, p.Version)
	if res.Error == nil && res.RowsAffected == 0 {
		return fault.New(fault.Conflict, "Bộ báo cáo này đã thay đổi sau khi bạn mở trang. Hãy xem lại rồi sửa tiếp.")
	}
	p.Version++
	return res.Error
}

// Packs lists the saved packs of an owner by name, of everybody for "".
func (v *View) Packs(owner agency.ID) (out []filing.Pack, err error) {
	defer fault.Context(&err, "store.Packs(%s)", owner)
	return v.packs("(? = '' OR p.owner = ?) ORDER BY p.name, p.id", string(owner), string(owner))
}

// Pack returns a saved pack; a fault of kind NotFound when there is none.
func (v *View) Pack(id int64) (filing.Pack, error) {
	all, err := v.packs("p.id = ?", id)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "Không có bộ báo cáo số %d.", id)
	}
	if err != nil {
		return filing.Pack{}, err
	}
	return all[0], nil
}

func (v *View) packs(where string, args ...any) (out []filing.Pack, err error) {
	err = v.scanRows(
		"SELECT p.id, p.owner, p.name, p.spec, p.version, p.account, a.name, p.at FROM pack p JOIN account a ON a.id = p.account WHERE "+where,
		args,
		func(scan func(...any) error) error {
			var p filing.Pack
			var owner, spec string
			var at int64
			if err := scan(&p.ID, &owner, &p.Name, &spec, &p.Version, &p.By.Account, &p.By.Name, &at); err != nil {
				return err
			}
			p.Owner, p.By.At = agency.ID(owner), moment(at)
			out = append(out, p)
			return json.Unmarshal([]byte(spec), &out[len(out)-1].Spec)
		},
	)
	return out, err
}

// DropPack takes a saved pack away with what was decided about its sentences. Its buildings stay.
func (tx *Tx) DropPack(id int64) (err error) {
	defer fault.Context(&err, "store.DropPack(%d)", id)
	defer tx.spoil(&err)
	if err := tx.db.Exec("DELETE FROM pack_sentence WHERE pack = ?", id).Error; err != nil {
		return err
	}
	return tx.db.Exec("DELETE FROM pack WHERE id = ?", id).Error
}

// SaveSentences keeps what was decided about the sentences of a pack for a period, instead of what was kept before.
func (tx *Tx) SaveSentences(pack int64, period string, all []filing.Sentence) (err error) {
	defer fault.Context(&err, "store.SaveSentences(%d, %s)", pack, period)
	defer tx.spoil(&err)
	if err := tx.db.Exec("DELETE FROM pack_sentence WHERE pack = ? AND period = ?", pack, period).Error; err != nil {
		return err
	}
	for i, s := range all {
		err := tx.db.Exec(
			`INSERT INTO pack_sentence (pack, period, kind, key, ord, generated, text, left_out, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			pack,
			period,
			string(s.Kind),
			s.Key,
			i+1,
			s.Generated,
			s.Text,
			flag(s.Out),
			tx.account,
			tx.Now().UnixMicro(),
		).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Sentences returns what was decided about the sentences of a pack for a period.
func (v *View) Sentences(pack int64, period string) (out []filing.Sentence, err error) {
	defer fault.Context(&err, "store.Sentences(%d, %s)", pack, period)
	err = v.scanRows(
		"SELECT kind, key, generated, text, left_out FROM pack_sentence WHERE pack = ? AND period = ? ORDER BY ord",
		[]any{pack, period},
		func(scan func(...any) error) error {
			var s filing.Sentence
			var kind string
			var left int
			err := scan(&kind, &s.Key, &s.Generated, &s.Text, &left)
			s.Kind, s.Out = filing.SentenceKind(kind), left != 0
			out = append(out, s)
			return err
		},
	)
	return out, err
}

// buildInput is the part of a building that is kept as JSON.
type buildInput struct {
	Spec      filing.PackSpec   `json:"spec"`
	Sentences []filing.Sentence `json:"sentences,omitempty"`
	Gaps      []filing.GapNote  `json:"gaps,omitempty"`
}

// AddBuild notes that a pack is to be built and gives it its number.
func (tx *Tx) AddBuild(b *filing.Build) (err error) {
	defer fault.Context(&err, "store.AddBuild(%s)", b.Name)
	defer tx.spoil(&err)
	input, err := json.Marshal(buildInput{b.Spec, b.Sentences, b.Gaps})
	if err != nil {
		return err
	}
	if b.ID, err = tx.nextID("pack_build"); err != nil {
		return err
	}
	return tx.db.Exec(
		`INSERT INTO pack_build (id, pack, owner, name, input, release, period, revision, program, total, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		b.ID,
		b.Pack,
		string(b.Owner),
		b.Name,
		string(input),
		b.Release,
		b.Period,
		b.Revision,
		b.Program,
		b.Total,
		tx.account,
		tx.Now().UnixMicro(),
	).Error
}

// BuildTotal notes how many files a building is to have, and by which version of the program they are made.
func (tx *Tx) BuildTotal(id int64, total int, program string) (err error) {
	defer fault.Context(&err, "store.BuildTotal(%d)", id)
	defer tx.spoil(&err)
	return tx.db.Exec("UPDATE pack_build SET total = ?, program = ? WHERE id = ?", total, program, id).Error
}

// AddBuildFile keeps a workbook of a building. One that is there already stays, so that what was begun again has each file once.
func (tx *Tx) AddBuildFile(build int64, f filing.BuildFile, data []byte) (err error) {
	defer fault.Context(&err, "store.AddBuildFile(%d, %d)", build, f.Ord)
	defer tx.spoil(&err)
	if f.SHA256, err = tx.saveFile("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", data); err != nil {
		return err
	}
	return tx.db.Exec(
		`INSERT INTO pack_file (build, ord, agency, name, sha256, size, at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (build, ord) DO NOTHING`,
		build,
		f.Ord,
		string(f.Agency),
		f.Name,
		f.SHA256,
		len(data),
		tx.Now().UnixMicro(),
	).Error
}

// BuildQuery asks for buildings. Zero fields do not narrow.
type BuildQuery struct {
	ID      int64
	Owner   agency.ID
	Release int64
	SHA256  string // of one of the files
	Limit   int    // 0 takes all
}

// Builds lists buildings with their files, the newest first.
func (v *View) Builds(q BuildQuery) (out []filing.Build, err error) {
	defer fault.Context(&err, "store.Builds")
	query := `SELECT b.id, b.pack, b.owner, b.name, b.input, b.release, b.period, b.revision, b.program, b.total, b.account, a.name, b.at
		FROM pack_build b JOIN account a ON a.id = b.account
		WHERE (? = 0 OR b.id = ?) AND (? = '' OR b.owner = ?) AND (? = 0 OR b.release = ?) AND (? = '' OR EXISTS (SELECT 1 FROM pack_file f WHERE f.build = b.id AND f.sha256 = ?))
		ORDER BY b.id DESC`
	args := []any{q.ID, q.ID, string(q.Owner), string(q.Owner), q.Release, q.Release, q.SHA256, q.SHA256}
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	err = v.scanRows(query, args, func(scan func(...any) error) error {
		var b filing.Build
		var owner, input string
		var at int64
		if err := scan(&b.ID, &b.Pack, &owner, &b.Name, &input, &b.Release, &b.Period, &b.Revision, &b.Program, &b.Total, &b.By.Account, &b.By.Name, &at); err != nil {
			return err
		}
		var in buildInput
		err := json.Unmarshal([]byte(input), &in)
		b.Owner, b.By.At, b.Spec, b.Sentences, b.Gaps = agency.ID(owner), moment(at), in.Spec, in.Sentences, in.Gaps
		out = append(out, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Files, err = v.buildFiles(out[i].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Build returns a building; a fault of kind NotFound when there is none.
func (v *View) Build(id int64) (filing.Build, error) {
	all, err := v.Builds(BuildQuery{ID: id})
	if err == nil && (id == 0 || len(all) == 0) {
		err = fault.New(fault.NotFound, "Không có lần dựng bộ báo cáo số %d.", id)
	}
	if err != nil {
		return filing.Build{}, err
	}
	return all[0], nil
}

func (v *View) buildFiles(build int64) (out []filing.BuildFile, err error) {
	err = v.scanRows(
		"SELECT ord, agency, name, sha256, size, at FROM pack_file WHERE build = ? ORDER BY ord",
		[]any{build},
		func(scan func(...any) error) error {
			var f filing.BuildFile
			var id string
			var at int64
			err := scan(&f.Ord, &id, &f.Name, &f.SHA256, &f.Size, &at)
			f.Agency, f.At = agency.ID(id), moment(at)
			out = append(out, f)
			return err
		},
	)
	return out, err
}

// gapKey is the key of a gap among the objects that have digests.
func gapKey(owner agency.ID, period, code, block string) string {
	return string(owner) + " " + period + " " + code + " " + block
}

// SaveGapNote keeps what is said about a gap. A note that changes takes away that somebody lets the figures go out with it.
func (tx *Tx) SaveGapNote(owner agency.ID, period string, n filing.GapNote) (err error) {
	defer fault.Context(&err, "store.SaveGapNote(%s, %s)", period, n.Code)
	defer tx.spoil(&err)
	tx.mark("gap", gapKey(owner, period, n.Code, n.Block))
	return tx.db.Exec(
		`INSERT INTO reconciliation (owner, period, code, block, explanation, responsible, account, at, accepted_gap, accepted_by, accepted_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0) ON CONFLICT (owner, period, code, block) DO UPDATE SET explanation = excluded.explanation,
		responsible = excluded.responsible, account = excluded.account, at = excluded.at, accepted_gap = '', accepted_by = 0, accepted_at = 0`,
		string(owner),
		period,
		n.Code,
		n.Block,
		n.Explanation,
		n.Responsible,
		tx.account,
		tx.Now().UnixMicro(),
	).Error
}

// AcceptGap keeps that the account of the Write lets the figures go out with a gap, as printed; a fault of kind Conflict when nobody
// explained it, or when the account did so itself.
func (tx *Tx) AcceptGap(owner agency.ID, period, code, block, gap string) (err error) {
	defer fault.Context(&err, "store.AcceptGap(%s, %s)", period, code)
	defer tx.spoil(&err)
	tx.mark("gap", gapKey(owner, period, code, block))
	res := tx.db.Exec(
		`UPDATE reconciliation SET accepted_gap = ?, accepted_by = ?, accepted_at = ? WHERE owner = ? AND period = ? AND code = ? AND block = ?
		AND explanation <> '' AND account <> ?`,
		gap,
		tx.account,
		tx.Now().UnixMicro(),
		string(owner),
		period,
		code,
		block,
		tx.account,
	)
	if res.Error == nil && res.RowsAffected == 0 {
		return fault.New(
			fault.Conflict,
			"Chưa chấp nhận được chênh lệch: cần có giải trình, và người chấp nhận phải khác người giải trình.",
		)
	}
	return res.Error
}

// GapNotes lists what is said about the gaps of a period.
func (v *View) GapNotes(owner agency.ID, period string) (out []filing.GapNote, err error) {
	defer fault.Context(&err, "store.GapNotes(%s)", period)
	err = v.scanRows(
		`SELECT r.code, r.block, r.explanation, r.responsible, r.account, a.name, r.at, r.accepted_gap, r.accepted_by, COALESCE(NULLIF(b.full_name, ''), b.name, ''), r.accepted_at
		FROM reconciliation r JOIN account a ON a.id = r.account LEFT JOIN account b ON b.id = r.accepted_by WHERE r.owner = ? AND r.period = ? ORDER BY r.code, r.block`,
		[]any{string(owner), period},
		func(scan func(...any) error) error {
			var n filing.GapNote
			var at, accepted int64
			err := scan(
				&n.Code,
				&n.Block,
				&n.Explanation,
				&n.Responsible,
				&n.By.Account,
				&n.By.Name,
				&at,
				&n.AcceptedGap,
				&n.Accepted.Account,
				&n.Accepted.Name,
				&accepted,
			)
			n.By.At, n.Accepted.At = moment(at), moment(accepted)
			out = append(out, n)
			return err
		},
	)
	return out, err
}

// OwnTable is a saved table of one's own choice.
type OwnTable struct {
	ID    int64
	Owner agency.ID
	Name  string
	Query string // of its address
}

// SaveOwnTable keeps a table under its name; what the owner kept under the name before is replaced.
func (tx *Tx) SaveOwnTable(t OwnTable) (err error) {
	defer fault.Context(&err, "store.SaveOwnTable(%s)", t.Name)
	defer tx.spoil(&err)
	id, err := tx.nextID("own_table")
	if err != nil {
		return err
	}
	return tx.db.Exec(`INSERT INTO own_table (id, owner, name, query, account, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query, account = excluded.account, at = excluded.at`,
		id, string(t.Owner), t.Name, t.Query, tx.account, tx.Now().UnixMicro()).Error
}

// DropOwnTable takes a saved table of an owner away.
func (tx *Tx) DropOwnTable(owner agency.ID, id int64) error {
	return deletedOne(
		tx.db.Exec("DELETE FROM own_table WHERE owner = ? AND id = ?", string(owner), id),
		"Đơn vị của bạn không có bảng đó; có thể người khác vừa bỏ.",
	)
}

// deletedOne says that what was to be deleted is not there.
func deletedOne(res *gorm.DB, missing string) error {
	if res.Error != nil || res.RowsAffected > 0 {
		return res.Error
	}
	return fault.New(fault.NotFound, "%s", missing)
}

// OwnTables lists the saved tables of an owner by name.
func (v *View) OwnTables(owner agency.ID) (out []OwnTable, err error) {
	defer fault.Context(&err, "store.OwnTables(%s)", owner)
	err = v.scanRows(
		"SELECT id, name, query FROM own_table WHERE owner = ? ORDER BY name, id",
		[]any{string(owner)},
		func(scan func(...any) error) error {
			t := OwnTable{Owner: owner}
			err := scan(&t.ID, &t.Name, &t.Query)
			out = append(out, t)
			return err
		},
	)
	return out, err
}

// verifyPacks looks for packs, buildings and notes that point nowhere.
func (v *View) verifyPacks() (problems []string, err error) {
	for _, c := range []struct{ sentence, query string }{
		{"%d lần dựng bộ báo cáo trỏ tới bản công bố, phiên bản dữ liệu hoặc tài khoản không tồn tại.",
			`SELECT COUNT(*) FROM pack_build b WHERE b.revision NOT IN (SELECT id FROM revision) OR b.account NOT IN (SELECT id FROM account)
			OR (b.release <> 0 AND b.release NOT IN (SELECT id FROM release))`},
		{"%d tệp của bộ báo cáo không có nội dung, không thuộc lần dựng nào hoặc vượt quá số tệp của lần dựng.",
			`SELECT COUNT(*) FROM pack_file f LEFT JOIN file c ON c.sha256 = f.sha256 LEFT JOIN pack_build b ON b.id = f.build
			WHERE c.sha256 IS NULL OR c.size <> f.size OR b.id IS NULL OR f.ord < 1 OR f.ord > b.total`},
		{"%d câu nhận xét không thuộc bộ báo cáo nào hoặc thuộc loại không biết.",
			`SELECT COUNT(*) FROM pack_sentence s WHERE s.pack NOT IN (SELECT id FROM pack) OR s.kind NOT IN ('remark', 'praise', 'criticism')`},
		{"%d giải trình chênh lệch được chấp nhận khi chưa giải trình hoặc do chính người giải trình chấp nhận.",
			`SELECT COUNT(*) FROM reconciliation r WHERE r.account NOT IN (SELECT id FROM account)
			OR (r.accepted_by <> 0 AND (r.accepted_by = r.account OR r.explanation = '' OR r.accepted_gap = '' OR r.accepted_by NOT IN (SELECT id FROM account)))`},
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
