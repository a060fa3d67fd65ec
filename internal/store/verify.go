package store

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"chiso/internal/fault"
	"chiso/internal/ranking"
)

// Verify compares everything derived with the facts: the current view, the coverage and the scores;
// and looks for broken numbering, dangling ids and files that do not match their hash. It returns one
// Vietnamese sentence for each thing that is wrong. It is for the newest revision.
func (v *View) Verify() (problems []string, err error) {
	defer fault.Context(&err, "store.Verify")
	distinct := "IS NOT"
	if v.s.pg {
		distinct = "IS DISTINCT FROM"
	}
	differ := ""
	for _, c := range []string{"num", "den", "value", "state", "bound", "qualifiers", "published_rank"} {
		differ += fmt.Sprintf(" OR o.%[1]s %[2]s n.%[1]s", c, distinct)
	}
	const same = "n.period = o.period AND n.definition = o.definition AND n.source = o.source AND n.agency = o.agency"
	checks := []struct{ sentence, query string }{
		{"%d dòng hiện hành không khớp số liệu gốc.",
			"SELECT COUNT(*) FROM observation_now n LEFT JOIN observation o ON o.id = n.observation AND " + same + " WHERE o.id IS NULL" + differ},
		{"%d số liệu mới nhất không có trong bảng hiện hành.",
			`SELECT COUNT(*) FROM observation o WHERE NOT EXISTS (SELECT 1 FROM observation_now n WHERE n.observation = o.id AND ` + same + `)
			AND NOT EXISTS (SELECT 1 FROM observation n WHERE ` + same + ` AND n.revision > o.revision)`},
		{"%d dòng hiện hành không phải phiên bản mới nhất.",
			`SELECT COUNT(*) FROM observation_now n JOIN observation o ON ` + same + ` AND o.revision >
			(SELECT revision FROM observation x WHERE x.id = n.observation)`},
		{"%d dòng số lượng số liệu (coverage) sai.",
			`SELECT COUNT(*) FROM (SELECT definition, source, period, SUM(n) AS n FROM (
				SELECT definition, source, period, COUNT(*) AS n FROM observation_now GROUP BY definition, source, period
				UNION ALL SELECT definition, source, period, -figures FROM coverage) AS both_sides
			GROUP BY definition, source, period) AS sums WHERE n <> 0`},
		{"%d phiên bản dữ liệu không liền số hoặc không tăng theo thời gian.",
			`SELECT COUNT(*) FROM revision r WHERE r.id > 1 AND NOT EXISTS (SELECT 1 FROM revision p WHERE p.id = r.id - 1 AND p.at < r.at)`},
		{"%d số liệu trỏ tới phiên bản, kỳ, định nghĩa, nguồn, đơn vị hoặc lần nộp không tồn tại.",
			`SELECT COUNT(*) FROM observation o WHERE o.revision NOT IN (SELECT id FROM revision) OR o.period NOT IN (SELECT id FROM period)
			OR o.definition NOT IN (SELECT id FROM definition) OR o.source NOT IN (SELECT id FROM source)
			OR o.agency NOT IN (SELECT id FROM agency) OR (o.upload <> 0 AND o.upload NOT IN (SELECT id FROM upload))`},
		{
			badState,
			"SELECT (SELECT COUNT(*) FROM observation WHERE state NOT BETWEEN 0 AND 4) + (SELECT COUNT(*) FROM observation_now WHERE state NOT BETWEEN 0 AND 4)",
		},
		{"%d phiên bản dữ liệu hoặc lần nộp trỏ tới tài khoản, phiên bản không tồn tại.",
			`SELECT (SELECT COUNT(*) FROM revision WHERE account NOT IN (SELECT id FROM account))
			+ (SELECT COUNT(*) FROM upload WHERE revision NOT IN (SELECT id FROM revision))`},
		{
			"%d biểu mẫu, đợt báo cáo hoặc phiên bản dữ liệu trỏ tới chỉ tiêu, chế độ, đợt, tài khoản hoặc văn bản không tồn tại.",
			danglingFiling,
		},
		{"%d số thứ tự số liệu vượt quá số đã cấp.",
			"SELECT COUNT(*) FROM observation WHERE id > (SELECT COALESCE(MAX(last_observation), 0) FROM revision)"},
	}
	unreadable := false // without states scores cannot be computed
	for _, c := range slices.Concat(checks, submissionChecks(), v.receivedChecks()) {
		var n int64
		if err := v.db.Raw(c.query).Scan(&n).Error; err != nil {
			return nil, err
		}
		if n > 0 {
			problems = append(problems, fmt.Sprintf(c.sentence, n))
			if c.sentence == badState {
				unreadable = true
			}
		}
	}
	register, err := v.verifyTasks()
	if err != nil {
		return nil, err
	}
	releases, err := v.verifyReleases()
	if err != nil {
		return nil, err
	}
	packs, err := v.verifyPacks()
	if err != nil {
		return nil, err
	}
	releases = append(releases, packs...)
	audit, err := v.verifyAudit()
	if err != nil {
		return nil, err
	}
	problems = append(problems, audit...)
	digests, err := v.verifyDigests()
	if err != nil {
		return nil, err
	}
	problems = append(problems, digests...)
	gone, err := v.verifyGone()
	if err != nil {
		return nil, err
	}
	problems = append(problems, gone...)
	files, err := v.verifyFiles()
	problems = append(append(problems, register...), releases...)
	if err != nil || unreadable {
		return append(problems, files...), err
	}
	scores, err := v.verifyScores()
	return append(append(problems, files...), scores...), err
}

// danglingFiling counts what forms, rounds and revisions say of rows that are not there.
const danglingFiling = `SELECT (SELECT COUNT(*) FROM form_item WHERE indicator NOT IN (SELECT code FROM indicator) OR form NOT IN (SELECT id FROM form))
	+ (SELECT COUNT(*) FROM form WHERE regime NOT IN (SELECT code FROM regime) OR (round <> 0 AND round NOT IN (SELECT id FROM round)))
	+ (SELECT COUNT(*) FROM round WHERE regime NOT IN (SELECT code FROM regime) OR period NOT IN (SELECT id FROM period)
		OR (document <> 0 AND document NOT IN (SELECT id FROM document)))
	+ (SELECT COUNT(*) FROM round_agency WHERE round NOT IN (SELECT id FROM round) OR agency NOT IN (SELECT id FROM agency))
	+ (SELECT COUNT(*) FROM round_event WHERE round NOT IN (SELECT id FROM round) OR revision NOT IN (SELECT id FROM revision)
		OR account NOT IN (SELECT id FROM account) OR (agency <> '' AND agency NOT IN (SELECT id FROM agency))
		OR (document <> 0 AND document NOT IN (SELECT id FROM document)))
	+ (SELECT COUNT(*) FROM contact WHERE agency NOT IN (SELECT id FROM agency))
	+ (SELECT COUNT(*) FROM heading_match WHERE agency NOT IN (SELECT id FROM agency) OR account NOT IN (SELECT id FROM account))
	+ (SELECT COUNT(*) FROM revision WHERE document <> 0 AND document NOT IN (SELECT id FROM document))`

const badState = "%d số liệu có trạng thái không biết."

func (v *View) verifyFiles() (problems []string, err error) {
	var sums []string
	if err := v.db.Raw("SELECT sha256 FROM file ORDER BY sha256").Scan(&sums).Error; err != nil {
		return nil, err
	}
	for _, sum := range sums { // one at a time: files may be large
		data, err := v.File(sum)
		if err != nil {
			return nil, err
		}
		if SHA256(data) != sum {
			problems = append(problems, fmt.Sprintf("Tệp %s… không khớp mã băm.", sum[:min(12, len(sum))]))
		}
	}
	return problems, nil
}

func (v *View) verifyScores() (problems []string, err error) {
	c, err := v.Catalogue()
	if err != nil {
		return nil, err
	}
	stored := 0
	err = v.eachScore(c, func(s *ranking.Scorecard, sk scoreKey, want ranking.Scores) error {
		var key string
		if err := v.db.Raw("SELECT key FROM period WHERE id = ?", sk.period).Scan(&key).Error; err != nil {
			return err
		}
		have, err := v.storedScores(s.ID, sk)
		if err != nil {
			return err
		}
		stored += len(have)
		ids := maps.Clone(want)
		maps.Copy(ids, have)
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			w, wanted := want[id]
			h, stored := have[id]
			if wanted != stored || !reflect.DeepEqual(h, w) {
				problems = append(problems, fmt.Sprintf("Điểm %s kỳ %s của %s khác điểm tính lại.", s.Code, key, id))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all int
	if err := v.db.Raw("SELECT COUNT(*) FROM score_now").Scan(&all).Error; err != nil {
		return nil, err
	}
	if all != stored {
		problems = append(problems, fmt.Sprintf("%d điểm không còn số liệu gốc.", all-stored))
	}
	return problems, nil
}
