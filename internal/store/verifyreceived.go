package store

import "strings"

// sameFigure is the condition that two rows hold the same figure, on an engine whose comparison of what may be missing is same.
func sameFigure(a, b, same string) string {
	var parts []string
	for _, c := range []string{"num", "den", "value", "state", "bound", "qualifiers"} {
		parts = append(parts, a+"."+c+" "+same+" "+b+"."+c)
	}
	return strings.Join(parts, " AND ")
}

// receivedChecks are what Verify asks of reports that were received: their cells are the observations that were made of them, and what
// was handed up last is what they hold.
func (v *View) receivedChecks() []struct{ sentence, query string } {
	same := "IS"
	if v.s.pg {
		same = "IS NOT DISTINCT FROM"
	}
	return []struct{ sentence, query string }{
		{"%d ô của báo cáo đã tiếp nhận khác với số liệu đã ghi nhận từ báo cáo đó.",
			`SELECT COUNT(*) FROM submission s JOIN round r ON r.id = s.round JOIN submission_cell c ON c.submission = s.id
			WHERE s.state = 'received' AND c.state >= 0 AND NOT EXISTS (SELECT 1 FROM observation o JOIN source x ON x.id = o.source AND x.system = 'reported'
				WHERE o.period = r.period AND o.definition = c.definition AND o.agency = s.agency AND o.revision = (SELECT MAX(p.revision) FROM observation p
					WHERE p.period = o.period AND p.definition = o.definition AND p.source = o.source AND p.agency = o.agency AND p.revision <= s.received)
				AND ` + sameFigure("o", "c", same) + ")"},
		{"%d ô của báo cáo đang duyệt hoặc đã tiếp nhận khác với bản được giữ khi trình.",
			`SELECT COUNT(*) FROM submission s JOIN submission_cell c ON c.submission = s.id
			WHERE s.state IN ('review', 'sent', 'received') AND NOT EXISTS (SELECT 1 FROM submission_kept_cell k WHERE k.submission = s.id AND k.definition = c.definition
				AND k.serial = (SELECT MAX(serial) FROM submission_kept m WHERE m.submission = s.id) AND ` + sameFigure("k", "c", same) + ")"},
	}
}
