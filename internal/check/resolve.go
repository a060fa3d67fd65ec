package check

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// maxQuoted is how much of a text a sentence repeats.
const maxQuoted = 60

// quote puts typed text into a sentence, cut when it is long.
func quote(text string) string {
	runes := []rune(vi.Clean(strings.ToValidUTF8(text, "�")))
	if len(runes) > maxQuoted {
		return "“" + string(runes[:maxQuoted]) + "…”"
	}
	return "“" + string(runes) + "”"
}

// checkAgency finds the agency that the row names on the last day of its period. Without a period
// (day 0) it only says when the name is unknown on every day.
func (c *Checker) checkAgency(r *Row, day vi.Date) *agencyHit {
	f := &r.Agency
	switch {
	case f.Kind == Broken:
		c.broken(r, f)
		return nil
	case f.empty() && c.rules.Agency != "":
		// A form of one agency need not name it.
		return c.agencyChecked(r, f, string(c.rules.Agency), day)
	case f.empty():
		c.at(r, f, Error, MissingAgency, "Thiếu tên đơn vị. Hãy ghi tên hoặc mã đơn vị ở dòng này.")
		return nil
	case f.Kind == Text:
		return c.agencyChecked(r, f, f.Text, day)
	}
	text := fieldText(f)
	if f.Kind == Number && len(text) == 1 && c.agency(text, day).code == UnknownAgency {
		text = "0" + text // Excel stores the code 01 as 1
	}
	return c.agencyChecked(r, f, text, day)
}

func (c *Checker) agencyChecked(r *Row, f *Field, text string, day vi.Date) *agencyHit {
	hit := c.agency(text, day)
	switch {
	case hit.code != "":
		if day != 0 || hit.code == UnknownAgency {
			c.at(r, f, Error, hit.code, "%s", hit.message)
		}
		return nil
	case c.rules.Agency != "" && hit.id != c.rules.Agency:
		c.at(r, f, Error, ForeignAgency, "Tệp này chỉ được có số liệu của %s; dòng này là của %s. Hãy bỏ dòng này.",
			c.rules.Directory.Name(c.rules.Agency, day), c.rules.Directory.Name(hit.id, day))
		return nil
	}
	return hit
}

func (c *Checker) agency(text string, day vi.Date) *agencyHit {
	known := c.agencies[day]
	if hit, ok := known[text]; ok {
		return hit
	}
	if c.unknown >= maxUnknown {
		return c.unknownStopped(text)
	}
	if known == nil {
		known = map[string]*agencyHit{}
		c.agencies[day] = known
	}
	lookup := day
	if day == 0 {
		lookup = c.rules.Today
	}
	hit := &agencyHit{}
	m := c.rules.Directory.Resolve(text, lookup)
	switch {
	case m.Found():
		hit = c.agencyByID(m.Agency)
		if bare, full := c.bareMinistry(text, m.Agency, lookup); bare || full {
			if c.bareText == nil {
				c.bareText, c.fullText = map[string]bool{}, map[string]bool{}
			}
			c.bareText[strings.Clone(text)], c.fullText[strings.Clone(text)] = bare, full
		}
	case len(m.Ambiguous) > 0:
		hit.code = AmbiguousAgency
		hit.message = fmt.Sprintf("Tên %s có thể là %s. Hãy ghi tên đầy đủ hoặc mã đơn vị.", quote(text), c.list(m.Ambiguous, day, "hoặc"))
	case len(m.Elsewhen) > 0:
		hit.code, hit.message = AgencyElsewhen, c.elsewhen(text, m.Elsewhen, day)
	default:
		c.unknown++
		hit.code = UnknownAgency
		hit.message = fmt.Sprintf("Không có đơn vị nào tên %s. Hãy ghi đúng tên hoặc mã trong danh mục đơn vị.", quote(text))
		if len(m.Nearest) > 0 {
			hit.message = fmt.Sprintf("Không có đơn vị nào tên %s. Có phải là %s?", quote(text), c.list(m.Nearest, day, "hoặc"))
		}
	}
	known[strings.Clone(text)] = hit
	return hit
}

// unknownStopped answers for new names after too many unknown ones.
func (c *Checker) unknownStopped(text string) *agencyHit {
	if c.onceOnly(TooManyUnknown) {
		c.Report(Finding{Severity: Error, Code: TooManyUnknown, Message: fmt.Sprintf(
			"Đã có %d tên đơn vị không nhận ra; các tên mới sau đó không được tra nữa. Hãy kiểm tra lại cột đơn vị của tệp.", maxUnknown)})
	}
	return &agencyHit{code: UnknownAgency, message: fmt.Sprintf("Tên %s chưa được tra vì tệp có quá nhiều tên không nhận ra.", quote(text))}
}

// agencyByID returns the one hit of an agency, whatever it was called: its index is its key among
// the figures of this run.
func (c *Checker) agencyByID(id agency.ID) *agencyHit {
	hit, ok := c.byID[id]
	if !ok {
		hit = &agencyHit{id: id, index: uint32(len(c.byID))}
		c.byID[id] = hit
	}
	return hit
}

// list writes the names of agencies with their IDs: "Bắc Ninh (P34-24) hoặc Bắc Giang (P63-24)".
func (c *Checker) list(ids []agency.ID, day vi.Date, and string) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = fmt.Sprintf("%s (%s)", c.fullName(id, day), id)
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " " + and + " " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func (c *Checker) fullName(id agency.ID, day vi.Date) string {
	if v, ok := c.rules.Directory.On(id, day); ok {
		return v.Name
	}
	if vs := c.rules.Directory.Versions(id); len(vs) > 0 {
		return vs[len(vs)-1].Name
	}
	return string(id)
}

// elsewhen explains a name that meant an agency on other days only, and who answers for it on day.
func (c *Checker) elsewhen(text string, ids []agency.ID, day vi.Date) string {
	msg := fmt.Sprintf("%s không tồn tại vào ngày %s", quote(text), day)
	for _, id := range ids {
		vs := c.rules.Directory.Versions(id)
		if len(vs) == 0 {
			continue
		}
		first, last := vs[0], vs[len(vs)-1]
		switch {
		case last.To < day:
			heirs, on := c.heirs(id, day)
			if len(heirs) > 0 {
				return fmt.Sprintf("%s; từ %s là %s. Hãy ghi đơn vị mới, hoặc kiểm tra lại kỳ báo cáo.", msg, on, c.list(heirs, day, "và"))
			}
			return fmt.Sprintf("%s (chỉ đến %s). Hãy kiểm tra lại tên đơn vị và kỳ báo cáo.", msg, last.To)
		case first.From > day:
			before := c.before(id, day)
			if len(before) > 0 {
				return fmt.Sprintf("%s; đến hết %s là %s. Hãy ghi đơn vị khi đó, hoặc kiểm tra lại kỳ báo cáo.",
					msg, first.From.AddDays(-1), c.list(before, day, "và"))
			}
			return fmt.Sprintf("%s (chỉ từ %s). Hãy kiểm tra lại tên đơn vị và kỳ báo cáo.", msg, first.From)
		default:
			return fmt.Sprintf("%s không phải là tên của %s vào ngày %s. Hãy ghi tên đúng của ngày đó hoặc mã %s.",
				quote(text), c.fullName(id, day), day, id)
		}
	}
	return msg + ". Hãy kiểm tra lại tên đơn vị và kỳ báo cáo."
}

// heirs follows the succession from id to the agencies that exist on day, with the day of the
// first step.
func (c *Checker) heirs(id agency.ID, day vi.Date) (found []agency.ID, on vi.Date) {
	seen := map[agency.ID]bool{id: true}
	for queue := []agency.ID{id}; len(queue) > 0; queue = queue[1:] {
		for _, s := range c.rules.Directory.Successors(queue[0]) {
			if seen[s.Succ] || s.On > day {
				continue
			}
			seen[s.Succ] = true
			if on == 0 {
				on = s.On
			}
			if _, ok := c.rules.Directory.On(s.Succ, day); ok {
				found = append(found, s.Succ)
			} else {
				queue = append(queue, s.Succ)
			}
		}
	}
	return found, on
}

// before follows the succession back from id to the agencies that existed on day.
func (c *Checker) before(id agency.ID, day vi.Date) (found []agency.ID) {
	seen := map[agency.ID]bool{id: true}
	for queue := []agency.ID{id}; len(queue) > 0; queue = queue[1:] {
		for _, s := range c.rules.Directory.Predecessors(queue[0]) {
			if seen[s.Pred] {
				continue
			}
			seen[s.Pred] = true
			if _, ok := c.rules.Directory.On(s.Pred, day); ok {
				found = append(found, s.Pred)
			} else {
				queue = append(queue, s.Pred)
			}
		}
	}
	return found
}

// checkIndicator finds the definition that holds on the last day of the row's period.
func (c *Checker) checkIndicator(r *Row, day vi.Date) *defHit {
	f := &r.Indicator
	text := f.Text
	switch {
	case f.Kind == Broken:
		c.broken(r, f)
		return nil
	case f.empty():
		text = c.rules.Indicator
	case f.Kind != Text:
		text = fieldText(f)
	}
	if text == "" {
		c.at(r, f, Error, MissingIndicator, "Thiếu chỉ tiêu. Hãy ghi mã hoặc tên chỉ tiêu, hoặc chọn chỉ tiêu khi nộp tệp.")
		return nil
	}
	hit := c.definition(text, day)
	if hit.code != "" {
		if day != 0 || hit.code == UnknownIndicator {
			c.at(r, f, Error, hit.code, "%s", hit.message)
		}
		return nil
	}
	return hit
}

func (c *Checker) definition(text string, day vi.Date) *defHit {
	key := dated{text, day}
	if key == c.lastDef && c.lastDefHit != nil {
		return c.lastDefHit
	}
	hit, ok := c.defs[key]
	if !ok {
		key.text = strings.Clone(text)
		hit = c.newDefinition(key)
		c.defs[key] = hit
	}
	c.lastDef, c.lastDefHit = key, hit
	return hit
}

func (c *Checker) newDefinition(key dated) *defHit {
	text, day := key.text, key.day
	lookup := day
	if day == 0 {
		lookup = c.rules.Today
	}
	hit := &defHit{}
	switch found := c.rules.Catalogue.Find(text, lookup); {
	case len(found) == 1:
		hit.def = found[0]
		hit.index, hit.whole = c.known(hit.def)
		hit.inSum = c.inSum(hit.def.Indicator.Code)
	case len(found) > 1:
		var codes []string
		for _, d := range found {
			codes = append(codes, d.Indicator.Code)
		}
		hit.code = AmbiguousMeasure
		hit.message = fmt.Sprintf("Tên chỉ tiêu %s là của nhiều chỉ tiêu: %s. Hãy ghi mã.", quote(text), strings.Join(codes, ", "))
	default:
		hit.code, hit.message = c.noDefinition(text, day)
	}
	return hit
}

// known returns what is the same for a definition on every day: its small number, and whether its
// parts count things.
func (c *Checker) known(d *kpi.Definition) (index uint32, whole [2]bool) {
	k, ok := c.parts[d.ID]
	if !ok {
		k = partsOf{uint32(len(c.parts)), [2]bool{countsThings(d.Numerator), countsThings(d.Denominator)}}
		c.parts[d.ID] = k
	}
	return k.index, k.whole
}

// noDefinition tells an indicator that does not exist from one that is not defined on day.
func (c *Checker) noDefinition(text string, day vi.Date) (code, message string) {
	if found := c.rules.Catalogue.FindAny(text); len(found) > 0 {
		d := found[0]
		span := "đến hết " + d.To.String()
		switch {
		case d.To.IsOpen():
			span = "từ " + d.From.String()
		case !d.From.IsOpen():
			span = fmt.Sprintf("từ %s đến %s", d.From, d.To)
		}
		return NotYetDefined, fmt.Sprintf("Chỉ tiêu %s không có định nghĩa vào ngày %s (chỉ có %s). Hãy kiểm tra lại kỳ báo cáo.",
			d.Indicator.Code, day, span)
	}
	return UnknownIndicator, fmt.Sprintf("Không có chỉ tiêu nào có mã hoặc tên %s. Hãy ghi đúng mã trong danh mục chỉ tiêu.", quote(text))
}

// WholeParts reports whether numerator and denominator of a definition count things, so that "1.234" in their cells is 1234.
func WholeParts(d *kpi.Definition) (num, den bool) {
	return countsThings(d.Numerator), countsThings(d.Denominator)
}

// countsThings reports whether the name of a ratio's part says that it is a number of things, so
// that "1.234" in its column can only be 1234. Values and amounts may have decimals.
func countsThings(name string) bool {
	words := strings.Fields(vi.Fold(name))
	if len(words) == 0 {
		return false
	}
	for _, w := range []string{"gia tri", "gdp", "so tien", "kinh phi", "doanh thu", "dien tich", "kim ngach", "von"} {
		if strings.Contains(" "+strings.Join(words, " ")+" ", " "+w+" ") || strings.HasPrefix(words[0], "gdp") {
			return false
		}
	}
	return true
}

// kindOf reports whether a definition is one of the kinds.
func kindOf(d *kpi.Definition, kinds ...kpi.Kind) bool {
	return slices.Contains(kinds, d.Indicator.Kind)
}
