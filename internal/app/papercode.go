package app

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// PaperCode is what a code that stands on paper stands for.
type PaperCode struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Path  string `json:"path"` // of the page that it opens
}

// The codes that pages, workbooks and A4 sheets carry: of a release (CHISO-CB3-1A2B3C), of a revision (CHISO-R120), each with the agency of an
// A4 page behind it where it is of one.
var (
	releaseCode  = regexp.MustCompile(`^CB(\d{1,9})-?([0-9A-F]{6})(?:-(.+))?$`)
	revisionCode = regexp.MustCompile(`^R(\d{1,12})(?:-(.+))?$`)
)

// PaperCode finds what a code stands for, for somebody who may see it: a release, the page of a revision, or what a report held when it was
// handed up. What the actor may not see is not found, as if there were no such code.
func (a *App) PaperCode(ctx context.Context, who access.Actor, typed string) (out *PaperCode, err error) {
	defer fault.Context(&err, "app.PaperCode")
	code := strings.ToUpper(strings.Join(strings.Fields(vi.Clean(typed)), ""))
	code = strings.TrimPrefix(strings.TrimPrefix(code, "CHISO-"), "CHISO")
	if code == "" {
		return nil, fault.New(fault.Invalid, "Hãy nhập mã in trên giấy, ví dụ CHISO-CB3-1A2B3C, CHISO-R120 hoặc mã phiên bản của báo cáo.")
	}
	unknown := fault.New(
		fault.NotFound,
		"Không tìm thấy mã %q. Hãy kiểm tra lại từng ký tự; mã của báo cáo chỉ người của đơn vị và cơ quan thường trực mở được.",
		vi.Clean(typed),
	)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if m := releaseCode.FindStringSubmatch(code); m != nil {
			out, err = a.releaseOfCode(v, who, m)
		} else if m := revisionCode.FindStringSubmatch(code); m != nil {
			out, err = a.revisionOfCode(v, m)
		}
		if out == nil && (err == nil || fault.KindOf(err) == fault.NotFound) { // the code of a report may begin with CB or R, too
			out, err = a.reportOfCode(v, who, code)
		}
		if err == nil && out == nil || fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden {
			err = unknown
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Code = code
	return out, nil
}

func (a *App) releaseOfCode(v *store.View, who access.Actor, m []string) (*PaperCode, error) {
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return nil, err
	}
	r, err := a.ReadableRelease(v, who, id)
	if err != nil || r.ShortCode() != "CB"+m[1]+"-"+m[2] {
		return nil, err
	}
	out := &PaperCode{Title: fmt.Sprintf("Bản công bố số %d: %s", r.ID, r.Title), Path: fmt.Sprintf("/release/%d", r.ID)}
	if m[3] == "" {
		return out, nil
	}
	id2, name, err := a.agencyOfCode(v, m[3])
	if id2 == "" || err != nil {
		return nil, err
	}
	// The sheet as it was when the release began to hold: what came later is not what was printed.
	begun := r.Since()
	if begun.IsZero() {
		return nil, nil
	}
	return &PaperCode{Title: "Trang A4 của " + name + ", theo " + ledger.LowerFirst(out.Title), Path: sheetPath(m[3], id2, begun)}, nil
}

// ofUnits stands before the agency in the code of a sheet about its units.
const ofUnits = "DV-"

// sheetPath is the address of the sheet that a code names, as of a moment.
func sheetPath(typed string, id agency.ID, at time.Time) string {
	path := "/a4/" + string(id)
	if strings.HasPrefix(typed, ofUnits) {
		path = "/units/" + string(id) + "/a4"
	}
	return path + "?as_of=" + at.UTC().Format(time.RFC3339Nano)
}

func (a *App) revisionOfCode(v *store.View, m []string) (*PaperCode, error) {
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || id < 1 || id > v.Revision().ID {
		return nil, err
	}
	then, err := v.At(id)
	if err != nil {
		return nil, err
	}
	at := then.Revision().At
	out := &PaperCode{Title: fmt.Sprintf("Số liệu của phiên bản %d, lúc %s", id, at.In(a.Zone).Format("15:04 ngày 02/01/2006")),
		Path: "/a4?as_of=" + at.UTC().Format(time.RFC3339Nano)}
	if m[2] == "" {
		return out, nil
	}
	who, name, err := a.agencyOfCode(v, m[2])
	if who == "" || err != nil {
		return nil, err
	}
	out.Title, out.Path = "Trang A4 của "+name+": "+ledger.LowerFirst(out.Title), sheetPath(m[2], who, at)
	return out, nil
}

// agencyOfCode finds the agency behind a code, whose id may have been typed without regard to case.
func (a *App) agencyOfCode(v *store.View, typed string) (agency.ID, string, error) {
	c, err := a.Catalogue(v)
	if err != nil {
		return "", "", err
	}
	for _, x := range c.Agencies.Data().Versions {
		if strings.EqualFold(string(x.Agency), strings.TrimPrefix(typed, ofUnits)) {
			return x.Agency, c.Agencies.Name(x.Agency, a.Today()), nil
		}
	}
	return "", "", nil
}

func (a *App) reportOfCode(v *store.View, who access.Actor, code string) (*PaperCode, error) {
	k, ok, err := v.KeptByCode(code)
	if err != nil || !ok {
		return nil, err
	}
	c, err := a.Catalogue(v)
	if err != nil {
		return nil, err
	}
	reads := a.MayAt(c, who, access.ReadOwn, k.Agency) == nil || a.MayAt(c, who, access.JudgeReport, agency.Nation) == nil
	if !reads {
		return nil, nil
	}
	rd, err := v.Round(k.Round)
	if err != nil {
		return nil, err
	}
	return &PaperCode{Title: fmt.Sprintf("%s của %s, bản đã trình", rd.Name, c.Agencies.Name(k.Agency, rd.Period.To)),
		Path: fmt.Sprintf("/desk/%d/%s/kept/%d", k.Round, k.Agency, k.N)}, nil
}
