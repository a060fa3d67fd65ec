package main

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/PuerkitoBio/goquery"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// upload is an agency's file being read for its report: kept as an upload, or not at all. Nothing of it is in a draft before it is taken.
func (v *victim) upload(id agency.ID, file []byte) part {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, err := form.CreateFormFile("file", string(id)+".csv")
	if err == nil {
		_, err = w.Write(file)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		v.t.Fatal(err)
	}
	return part{name: "upload of " + string(id), then: again(http.StatusSeeOther),
		do: func() (int, error) {
			return v.send("don.vi", v.address(id)+"/upload", bytes.NewReader(body.Bytes()), form.FormDataContentType())
		},
		done: func(view *store.View) (bool, error) {
			sub, _, err := v.report(view, id)
			if err != nil || sub.ID != 0 {
				return false, fmt.Errorf("a file that nobody took made report %d: %w", sub.ID, err)
			}
			kept, ferr := view.File(store.SHA256(file))
			u, err := uploaded(view, file)
			if err != nil || ferr != nil && u.ID == 0 {
				return false, err
			}
			if ferr != nil || u.Agency != id || u.Period != v.period.Key || !bytes.Equal(kept, file) {
				return false, fmt.Errorf("a part: upload %+v, file: %w", u, ferr)
			}
			return true, nil
		}}
}

// uploaded returns the newest upload of a file, ID 0 when there is none. A transaction that was undone may leave a gap in the numbers.
func uploaded(view *store.View, file []byte) (last store.Upload, err error) {
	const gap = 50
	for id, missed := int64(1), 0; missed < gap; id++ {
		u, err := view.Upload(id)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			missed++
		case err != nil:
			return last, err
		default:
			if missed = 0; u.SHA256 == store.SHA256(file) {
				last = u
			}
		}
	}
	return last, nil
}

// take is the cells of an uploaded file going into the draft as its preview offers them: all three, with the file behind them, or none.
func (v *victim) take(id agency.ID, file []byte) part {
	v.t.Helper()
	var upload int64
	v.open(func(_ *app.App, s *store.Store) error {
		return s.Read(v.t.Context(), time.Time{}, func(view *store.View) error {
			u, err := uploaded(view, file)
			upload = u.ID
			return err
		})
	})
	at := fmt.Sprintf("%s/upload/%d", v.address(id), upload)
	ticks := v.ticks("don.vi", at)
	return part{name: "taking the file of " + string(id), then: again(http.StatusSeeOther),
		do: func() (int, error) { return v.post("don.vi", at+"/take", ticks) },
		done: func(view *store.View) (bool, error) {
			sub, cells, err := v.report(view, id)
			if err != nil || sub.ID == 0 {
				return false, err
			}
			if sub.Serial != 1 || len(cells) != 3 {
				return false, fmt.Errorf("a part: report %d at %d with %d cells", sub.ID, sub.Serial, len(cells))
			}
			for d, c := range cells {
				u, err := view.Upload(c.Upload)
				if err != nil || u.SHA256 != store.SHA256(file) || c.Figure.State != kpi.Value || c.Version != 1 {
					return false, fmt.Errorf("a part: cell %d is %+v of upload %+v: %w", d, c, u, err)
				}
			}
			return true, nil
		}}
}

// ticks are the fields of the preview of an upload as it stands: three cells that are new.
func (v *victim) ticks(who, path string) url.Values {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.program.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "chiso", Value: v.cookies[who]})
	r.Close = true
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	form := page.Find(`form[action$="/take"]`)
	if ticked := form.Find("input[type=checkbox][checked]").Length(); ticked != 3 {
		v.t.Fatalf("%s offers %d cells: %s", path, ticked, page.Find("main").Text())
	}
	fields := url.Values{}
	form.Find("input[name]").Each(func(_ int, in *goquery.Selection) { fields.Add(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	return fields
}
