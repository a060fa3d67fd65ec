package check

import "chiso/internal/vi"

// agree compares a code with the name that stands beside it. The code alone is no identity: 15 was Yên
// Bái until 30/06/2025 and is Lào Cai since. Two that contradict each other are asked about, not guessed.
func (c *Checker) agree(r *Row, day vi.Date, who *agencyHit, what *defHit) {
	if f := &r.AgencyName; f.Kind == Text && who != nil && day != 0 {
		hit := c.agency(f.Text, day)
		switch {
		case hit.code == AmbiguousAgency, hit.code == UnknownAgency: // the code says enough
		case hit.code != "":
			c.at(r, f, Error, CodeAndName, "Mã %s là %s, còn tên %s thì không khớp. Hãy sửa mã hoặc tên. %s",
				quote(fieldText(&r.Agency)), c.rules.Directory.Name(who.id, day), quote(f.Text), hit.message)
		case hit.id != who.id:
			c.at(r, f, Error, CodeAndName, "Mã %s là %s, còn tên %s là %s. Hãy sửa mã hoặc tên cho khớp.",
				quote(fieldText(&r.Agency)), c.rules.Directory.Name(who.id, day), quote(f.Text), c.rules.Directory.Name(hit.id, day))
		}
	}
	if f := &r.IndicatorName; f.Kind == Text && what != nil && day != 0 {
		if hit := c.definition(f.Text, day); hit.code == "" && hit.def != what.def {
			c.at(r, f, Error, CodeAndName, "Mã %s là chỉ tiêu %s, còn tên ở ô này là của %s. Hãy sửa mã hoặc tên cho khớp.",
				quote(fieldText(&r.Indicator)), quote(what.def.Name), hit.def.Indicator.Code)
		}
	}
}
