package catalogue

import (
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

func isError(f check.Finding) bool { return f.Severity == check.Error }

// validate checks what the tables say of themselves and of each other.
func (l *loader) validate(c store.Catalogue) {
	cat := kpi.NewCatalogue(c.Definitions, c.Targets)
	dir := agency.NewDirectory(c.Agencies)
	for _, err := range agency.Validate(c.Agencies) {
		l.flaw(err)
	}
	for _, err := range cat.Validate() {
		l.flaw(err)
	}
	for _, err := range kpi.ValidateActs(c.Acts) {
		l.flaw(err)
	}
	for _, err := range kpi.ValidateIdentities(c.Identities, cat) {
		l.flaw(err)
	}
	for _, err := range kpi.ValidateGrowth(c.Growth, cat) {
		l.flaw(err)
	}
	for _, err := range filing.Validate(c.Regimes, c.Forms, c.Holidays, c.Bodies, cat, dir) {
		l.flaw(err)
	}
	l.references(c, cat, dir)
	l.workingNotes()
}

// workingNotes refuses bases that are notes of those who keep the catalogue: they would be printed as the law.
func (l *loader) workingNotes() {
	for name, t := range l.tables {
		if t.held {
			continue
		}
		for _, col := range []string{"legal_source", "legal_basis", "basis", "assigned_by", "source"} {
			if !slices.Contains(t.columns, col) {
				continue
			}
			l.each(name, func(r row) {
				if text := r.text(col); kpi.WorkingNote(text) {
					r.bad(
						col,
						"“%s” không phải tên văn bản. Hãy ghi số, ký hiệu văn bản; ghi chú khi làm việc và địa chỉ trang web thì để ở cột note.",
						text,
					)
				}
			})
		}
	}
}

// references checks what targets and scorecards say of blocks, agencies and indicators.
func (l *loader) references(c store.Catalogue, cat *kpi.Catalogue, dir *agency.Directory) {
	flaw := func(table string, key []string, column, format string, args ...any) {
		l.flaw(fault.NewFlaw(table, key, column, format, args...))
	}
	for _, t := range c.Targets {
		kind, id, _ := strings.Cut(t.Scope, ":")
		_, isBlock := dir.Block(id)
		known := t.Scope == "all" || kind == "block" && isBlock || kind == "agency" && dir.Known(agency.ID(id))
		if !known {
			flaw(
				"targets",
				[]string{t.Indicator, t.Scope},
				"scope",
				"Phạm vi %q không có. Hãy ghi all, block:MÃ_KHỐI hoặc agency:MÃ_ĐƠN_VỊ.",
				t.Scope,
			)
		}
	}
	for _, g := range c.Growth {
		if !dir.Known(agency.ID(g.Agency)) {
			flaw("growth", []string{g.Indicator, g.Agency, g.Period, g.Base, g.Origin}, "agency_id", "Không có đơn vị mang mã %q.", g.Agency)
		}
	}
	for _, s := range c.Scorecards {
		if _, ok := dir.Block(s.Block); s.Block != "" && !ok {
			flaw("scorecard_versions", []string{s.Code, s.Version}, "block", "Khối %s không có trong bảng blocks.", s.Block)
		}
		l.components(s, cat, flaw)
	}
}

func (l *loader) components(
	s ranking.Scorecard,
	cat *kpi.Catalogue,
	flaw func(table string, key []string, column, format string, args ...any),
) {
	roots := 0
	for _, comp := range s.Components {
		key := []string{s.Code, s.Version, comp.Code}
		if comp.Parent == "" {
			roots++
		} else if !hasComponent(s, comp.Parent) {
			flaw("scorecards", key, "parent", "Thành phần cha %s của %s không có trong bộ chỉ số.", comp.Parent, comp.Code)
		}
		if comp.Rule != ranking.SumRule && !cat.Known(comp.Code) {
			flaw("scorecards", key, "component", "Chỉ tiêu %s không có trong bảng indicators.", comp.Code)
		}
		if comp.Rule == ranking.CappedLinear && comp.Cap.Sign() <= 0 {
			flaw("scorecards", key, "cap", "Thành phần %s tính theo ngưỡng nên cần ngưỡng (cap) lớn hơn 0.", comp.Code)
		}
	}
	if roots != 1 {
		flaw(
			"scorecard_versions",
			[]string{s.Code, s.Version},
			"",
			"Bộ chỉ số %s có %d thành phần gốc (parent trống); cần đúng một.",
			s.Code,
			roots,
		)
	}
}

func hasComponent(s ranking.Scorecard, code string) bool {
	for _, c := range s.Components {
		if c.Code == code {
			return true
		}
	}
	return false
}
