package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"chiso/internal/web/frame"
)

// What is asked of the server, in the order of a report's life.
const (
	askSignIn   = "sign in"
	askDesk     = "desk"
	askReport   = "report"
	askTemplate = "template"
	askUpload   = "upload"
	askFindings = "what the file says"
	askTake     = "taking the file"
	askExplain  = "explain warnings"
	askReview   = "review"
	askSubmit   = "submit"
	askSign     = "sign and send"
	askReceive  = "receive"
	askOverview = "read overview"
	askRanking  = "read ranking"
	askBoard    = "read heat table"
	askAgency   = "read agency"
)

func kinds() []string {
	return []string{
		askSignIn,
		askDesk,
		askReport,
		askTemplate,
		askUpload,
		askFindings,
		askTake,
		askExplain,
		askReview,
		askSubmit,
		askSign,
		askReceive,
		askOverview,
		askRanking,
		askBoard,
		askAgency,
	}
}

// client is one person's browser, at an address of their own.
type client struct {
	name    string
	address string
	cookie  string
	load    *rush
}

// transport is shared: what is measured is the server, not the making of connections.
var transport = &http.Transport{MaxIdleConnsPerHost: 256, MaxIdleConns: 256} //nolint:gochecknoglobals // as in net/http

// ask sends a request, notes how long its answer took, and wants a status.
func (c *client) ask(
	ctx context.Context,
	kind, method, path string,
	body io.Reader,
	media string,
	status int,
) (http.Header, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.load.base+path, body)
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("X-Forwarded-For", c.address)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	if c.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "chiso", Value: c.cookie})
	}
	start := time.Now()
	res, err := transport.RoundTrip(r)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %s %s: %w", c.name, method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %s %s: %w", c.name, method, path, err)
	}
	c.load.took.add(kind, time.Since(start))
	if res.StatusCode != status {
		return nil, nil, fmt.Errorf("%s %s %s: status %d, want %d: %s", c.name, method, path, res.StatusCode, status, says(data))
	}
	for _, k := range res.Cookies() {
		if k.Name == "chiso" {
			c.cookie = k.Value
		}
	}
	return res.Header, data, nil
}

// says is what a page answers instead of what was asked for.
func says(data []byte) string {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(data))
	if err != nil {
		return ""
	}
	text := strings.Join(strings.Fields(doc.Find("[role=alert]").Text()), " ")
	if text == "" {
		text = strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	}
	if r := []rune(text); len(r) > 300 {
		return string(r[:300])
	}
	return text
}

func (c *client) page(ctx context.Context, kind, path string) (*goquery.Document, error) {
	_, data, err := c.ask(ctx, kind, http.MethodGet, path, nil, "", http.StatusOK)
	if err != nil {
		return nil, err
	}
	return goquery.NewDocumentFromReader(bytes.NewReader(data))
}

// post sends a form and wants to be led on.
func (c *client) post(ctx context.Context, kind, path string, form url.Values) error {
	_, _, err := c.ask(
		ctx,
		kind,
		http.MethodPost,
		path,
		strings.NewReader(form.Encode()),
		"application/x-www-form-urlencoded",
		http.StatusSeeOther,
	)
	return err
}

func (c *client) signIn(ctx context.Context, l *rush) error {
	c.load = l
	if err := c.post(ctx, askSignIn, "/signin", url.Values{"name": {c.name}, "password": {loadPassword}}); err != nil {
		return err
	}
	if c.cookie == "" {
		return fmt.Errorf("%s: signing in gives no session", c.name)
	}
	return nil
}

// step takes a step of a report as its page offers it: where the page leads to one more look, on the page of that look.
func (c *client) step(ctx context.Context, kind, path, step string) error {
	doc, err := c.page(ctx, askReport, path)
	if err != nil {
		return err
	}
	if review := path + "/review"; doc.Find(`button[formaction="`+review+`"]`).Length() > 0 {
		if doc, err = c.page(ctx, askReview, review); err != nil {
			return err
		}
	}
	offer := doc.Find(`form [name="step"][value="` + step + `"]`)
	if offer.Length() != 1 {
		return fmt.Errorf("%s: %s does not offer %q: %s", c.name, path, step, strings.Join(strings.Fields(doc.Find("main").Text()), " "))
	}
	press := url.Values{"step": {step}}
	offer.Closest("form").Find(`input[type="hidden"][name]`).Each(func(_ int, in *goquery.Selection) {
		press.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	return c.post(ctx, kind, path+"/step", press)
}

// read reads one page after the other until reading ends.
func (l *rush) read(ctx, reading context.Context, c *client, random *rand.Rand) error {
	if err := wait(ctx, time.Duration(random.Int64N(int64(l.pause)))); err != nil {
		return err
	}
	if err := c.signIn(ctx, l); err != nil {
		return err
	}
	pages := []struct{ kind, path string }{
		{askOverview, "/"},
		{
			askRanking,
			"/ranking/CPS08?period=" + loadBefore,
		}, {askRanking, "/ranking/CPS07?period=" + loadBefore}, {askRanking, "/ranking/CPS10?period=" + loadBefore + "&sort=name"},
		{askBoard, "/heat/CPS08?period=" + loadBefore},
		{askAgency, "/agency/" + string(l.reports[random.IntN(len(l.reports))].agency)},
	}
	for reading.Err() == nil {
		p := pages[random.IntN(len(pages))]
		if _, _, err := c.ask(ctx, p.kind, http.MethodGet, p.path, nil, "", http.StatusOK); err != nil {
			return err
		}
		if err := wait(reading, l.pause/5+time.Duration(random.Int64N(int64(l.pause)*4/5))); err != nil && ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// report does what an agency does: takes its template, fills it in, uploads it, explains what is asked, has it signed and sent; the office
// receives it.
func (r *filer) report(ctx context.Context, l *rush) error {
	path := frame.ReportRef{Round: l.round, Agency: r.agency}.URL()
	if err := r.reporter.signIn(ctx, l); err != nil {
		return err
	}
	desk, err := r.reporter.page(ctx, askDesk, "/desk")
	if err != nil {
		return err
	}
	if desk.Find(`a[href="`+path+`"]`).Length() == 0 {
		return fmt.Errorf("%s: the desk does not lead to %s", r.reporter.name, path)
	}
	if err := r.upload(ctx, path); err != nil {
		return err
	}
	r.uploaded = time.Now()
	if err := r.explain(ctx, path); err != nil {
		return err
	}
	if err := r.reporter.step(ctx, askSubmit, path, "submit"); err != nil {
		return err
	}
	if err := r.approver.signIn(ctx, l); err != nil {
		return err
	}
	if err := r.approver.step(ctx, askSign, path, "sign"); err != nil {
		return err
	}
	return l.office.step(ctx, askReceive, path, "receive")
}

// upload fills the template in and uploads it.
func (r *filer) upload(ctx context.Context, path string) error {
	_, data, err := r.reporter.ask(ctx, askTemplate, http.MethodGet, path+"/template.xlsx", nil, "", http.StatusOK)
	if err != nil {
		return err
	}
	if r.file, err = r.fill(data); err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "bao-cao-"+string(r.agency)+".xlsx")
	if err != nil {
		return err
	}
	if _, err := part.Write(r.file); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	header, _, err := r.reporter.ask(ctx, askUpload, http.MethodPost, path+"/upload", &body, form.FormDataContentType(), http.StatusSeeOther)
	if err != nil {
		return err
	}
	doc, err := r.reporter.page(ctx, askFindings, header.Get("Location"))
	if err != nil {
		return err
	}
	take := url.Values{}
	doc.Find(`form[action$="/take"] input[name]`).Each(func(_ int, in *goquery.Selection) {
		if _, checked := in.Attr("checked"); checked || in.AttrOr("type", "") != "checkbox" {
			take.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
		}
	})
	if len(take) == 0 {
		return nil // the draft says all of it already
	}
	return r.reporter.post(ctx, askTake, header.Get("Location")+"/take", take)
}

// explain answers every warning that the report asks about.
func (r *filer) explain(ctx context.Context, path string) error {
	doc, err := r.reporter.page(ctx, askReport, path)
	if err != nil {
		return err
	}
	form := url.Values{}
	doc.Find("tr[data-cell]").Each(func(_ int, row *goquery.Selection) {
		key, _ := row.Attr("data-cell")
		if why, _ := row.Find(`input[name="why-` + key + `"]`).Attr("value"); row.Find(".says-warn").Length() == 0 || why != "" {
			return
		}
		r.warned++
		row.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
			name, _ := in.Attr("name")
			value, _ := in.Attr("value")
			form.Set(name, value)
		})
		form.Set("why-"+key, loadReason)
	})
	if len(form) == 0 {
		return nil
	}
	return r.reporter.post(ctx, askExplain, path+"/cells", form)
}

// The first line of a template's table, and its columns for what is filled in.
const (
	templateSheet = "Biểu mẫu"
	templateFirst = 9
)

// fill writes the agency's figures into its template.
func (r *filer) fill(template []byte) ([]byte, error) {
	x, err := excelize.OpenReader(bytes.NewReader(template))
	if err != nil {
		return nil, err
	}
	defer func() { _ = x.Close() }()
	filled := 0
	for row := templateFirst; ; row++ {
		code, err := x.GetCellValue(templateSheet, fmt.Sprint("C", row))
		if err != nil {
			return nil, err
		}
		if code == "" {
			break
		}
		f, ok := r.figures[code]
		if !ok {
			return nil, fmt.Errorf("%s: the template asks for %q", r.agency, code)
		}
		for column, v := range map[string]string{"H": f.Num.String(), "I": f.Den.String(), "J": f.Value.String()} {
			if v == "" {
				continue
			}
			if err := x.SetCellDefault(templateSheet, fmt.Sprint(column, row), v); err != nil {
				return nil, err
			}
		}
		filled++
	}
	if filled != len(r.figures) {
		return nil, fmt.Errorf("%s: the template asks for %d figures, want %d", r.agency, filled, len(r.figures))
	}
	var out bytes.Buffer
	if err := x.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
