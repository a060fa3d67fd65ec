package reporting

import (
	"bytes"
	"compress/zlib"
	"context"
	"io"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// ReportPage returns a whole report, for those who may read the agency's own figures or judge them.
func (a *Room) ReportPage(ctx context.Context, round int64, id agency.ID) (out *ReportView, err error) {
	defer fault.Context(&err, "reporting.ReportPage(%d, %s)", round, id)
	err = a.readReport(ctx, round, id, func(r *submission) error {
		if out, err = r.view(); err != nil {
			return err
		}
		if out.Complete.Ready() == nil { // before, what is missing is said at its cells
			if out.General, err = r.general(); err != nil {
				return err
			}
		}
		if _, out.Kept, err = r.kept(out); err != nil {
			return err
		}
		if !r.may(access.ReadNames) {
			out.hideNames()
		}
		return nil
	})
	return out, err
}

// hideNames takes out who entered, signed and received.
func (v *ReportView) hideNames() {
	for _, f := range v.FormList {
		for i := range f.Rows {
			f.Rows[i].Cell.Account, f.Rows[i].Cell.FullName = "", ""
		}
	}
	for i := range v.Sections {
		v.Sections[i].Account = ""
	}
	for i := range v.Proposals {
		v.Proposals[i].Account, v.Proposals[i].AnsweredBy = "", ""
	}
	for i := range v.Files {
		v.Files[i].Account = ""
	}
	for i := range v.Papers {
		v.Papers[i].Account, v.Papers[i].Signer = "", ""
	}
}

// paper is what a signature of the report covers.
func (r *submission) paper(v *ReportView) filing.Paper {
	p := filing.Paper{Agency: r.duty.Agency, Round: r.round.ID, Version: max(1, r.sub.Version)}
	for _, f := range v.FormList {
		for _, row := range f.Rows {
			c := row.Cell
			p.Figures = append(
				p.Figures,
				filing.PaperFigure{Code: row.Definition.Indicator.Code, Figure: c.Figure, Note: c.Note, Explained: c.Explained},
			)
		}
	}
	for _, s := range v.Sections {
		p.Narrative = append(p.Narrative, s.Body)
	}
	for _, x := range v.Proposals {
		p.Proposals = append(p.Proposals, x.Text)
	}
	for _, f := range v.Files {
		p.Evidence = append(p.Evidence, f.SHA256)
	}
	return p
}

// SigningCopy returns what the print page of a report shows, with the code that a signature covers.
func (a *Room) SigningCopy(ctx context.Context, round int64, id agency.ID) (out *SigningCopy, err error) {
	defer fault.Context(&err, "reporting.SigningCopy(%d, %s)", round, id)
	err = a.readReport(ctx, round, id, func(r *submission) error {
		view, err := r.view()
		if err != nil {
			return err
		}
		if !r.may(access.ReadNames) {
			view.hideNames()
		}
		today := a.Today()
		out = &SigningCopy{ReportView: view, Day: today, Preview: r.sub.ID == 0 || r.life().Editable()}
		who, known := r.c.Agencies.On(r.filer(), today)
		if !known {
			return fault.New(fault.NotFound, "Không rõ đơn vị nào ký báo cáo này.")
		}
		out.Issuer, out.Place, out.Post = Issuer(who), Place(who, r.c.Agencies), strings.Split(HeadOf(who), "/")
		if parent, ok := r.c.Agencies.On(who.Parent, today); ok && who.Parent != agency.Nation {
			out.Above = Issuer(parent)
		}
		scopes := r.target(r.duty.Agency).Scopes
		body, ok := r.c.Body(filing.OfficeBody, r.regime.Owner, scopes, today)
		if ok && body.Agency == r.filer() { // nobody writes to himself: the office's own report goes to the committee
			body, ok = r.c.Body(filing.CommitteeBody, r.regime.Owner, scopes, today)
		}
		if ok {
			out.To = body.Name
		}
		return nil
	})
	return out, err
}

// Issuer is the body that writes for an agency: of a province its People's Committee (Nghị định 30/2020/NĐ-CP, Phụ lục I).
func Issuer(v agency.Version) string {
	if v.Level == agency.Province || v.Level == agency.Commune {
		return "Ủy ban nhân dân " + ledger.LowerFirst(v.Name)
	}
	return v.Name
}

// Place is where an agency signs: ministries in Hà Nội, a province at home.
func Place(v agency.Version, dir *agency.Directory) string {
	for range 4 {
		if v.Level == agency.Province {
			return v.Short
		}
		up, ok := dir.On(v.Parent, v.From)
		if !ok || v.Parent == agency.Nation {
			break
		}
		v = up
	}
	return "Hà Nội"
}

// SavePaper takes the signed copy of a report back. It is refused when its code is not that of the content as it stands: either the
// content was changed after it was printed, or it is another report's.
func (a *Room) SavePaper(ctx context.Context, round int64, id agency.ID, in PaperInput) (err error) {
	defer fault.Context(&err, "reporting.SavePaper(%d, %s)", round, id)
	in.Name, in.Number, in.Signer = vi.Clean(in.Name), vi.Clean(in.Number), vi.Clean(in.Signer)
	if !bytes.HasPrefix(in.Data, []byte("%PDF-")) {
		return fault.New(fault.Invalid, "Bản ký phải là tệp PDF; %s không phải. Hãy quét hoặc xuất bản đã ký thành PDF.", in.Name)
	}
	if in.Number == "" || in.Day == 0 {
		return fault.New(fault.Invalid, "Hãy ghi số và ngày của văn bản đã ký.")
	}
	if in.Day > a.Today() {
		return fault.New(fault.Invalid, "Ngày văn bản %s ở tương lai.", in.Day)
	}
	if len(in.Number) > maxCellText || len(in.Signer) > maxCellText {
		return fault.New(fault.Invalid, "Số văn bản hoặc người ký dài quá %d ký tự.", maxCellText)
	}
	found := filing.FindCodes(pdfText(in.Data))
	_, err = a.changeReport(ctx, round, id, "Nhận bản ký", func(tx *store.Tx, r *submission) error {
		if err := r.mayHandIn(); err != nil {
			return err
		}
		view, err := r.view()
		if err != nil {
			return err
		}
		if err := matches(view.Code, in.Code, found); err != nil {
			return err
		}
		r.audit(tx, "report_paper", "Nhận bản ký số "+in.Number+" ngày "+in.Day.String()+" của "+r.duty.Name+", "+r.round.Name)
		return tx.SavePaper(
			store.Paper{Submission: r.sub.ID, Version: r.sub.Version, Code: view.Code, Name: in.Name, Number: in.Number, Day: in.Day,
				Signer: in.Signer},
			in.Data,
		)
	})
	return err
}

// matches compares the code of the content with what was entered and what the PDF says of itself.
func matches(code, entered string, found []string) error {
	switch {
	case len(found) > 0 && !slices.Contains(found, code):
		return fault.New(
			fault.Invalid,
			"Bản PDF mang mã %s, còn nội dung hiện tại có mã %s: số liệu hoặc phần lời đã khác bản đã ký. Hãy in lại bản ký rồi ký lại.",
			strings.Join(found, ", "),
			code,
		)
	case entered == "" && len(found) == 0:
		return fault.New(fault.Invalid, "Không đọc được mã trong tệp PDF (bản quét). Hãy nhập mã phiên bản in ở cuối bản ký.")
	case entered != "" && !filing.SameCode(code, entered):
		return fault.New(
			fault.Invalid,
			"Mã đã nhập (%s) không khớp nội dung hiện tại (mã %s): số liệu hoặc phần lời đã khác bản đã ký, hoặc mã gõ nhầm. Hãy kiểm tra lại.",
			vi.Clean(entered),
			code,
		)
	}
	return nil
}

// signable refuses to send a report whose signed copy covers something else. Without a copy it is signed by the account alone.
func (r *submission) signable() error {
	view, err := r.view()
	if err != nil || len(view.Papers) == 0 || view.Papers[0].Matches || view.Papers[0].Version != r.sub.Version {
		return err
	}
	return fault.New(
		fault.Conflict,
		"Bản ký đã nộp mang mã %s, nội dung hiện tại có mã %s. Hãy nộp bản ký của nội dung hiện tại.",
		view.Papers[0].Paper.Code,
		view.Code,
	)
}

// Bounds of the search for a code in a PDF: a scan has none, whatever its size.
const (
	maxPDFStreams  = 400
	maxPDFInflated = 4 << 20
)

// pdfText returns what can be read in a PDF without knowing its fonts: its plain bytes and its unpacked streams.
func pdfText(data []byte) string {
	var b strings.Builder
	b.Write(data)
	left, rest := int64(maxPDFInflated), data
	for range maxPDFStreams {
		i := bytes.Index(rest, []byte("stream"))
		if i < 0 || left <= 0 {
			break
		}
		rest = bytes.TrimLeft(rest[i+len("stream"):], "\r\n")
		z, err := zlib.NewReader(bytes.NewReader(rest))
		if err != nil {
			continue
		}
		n, _ := io.Copy(&b, io.LimitReader(z, left)) // damaged to the end is still text to the damage
		left -= n
		_ = z.Close()
		b.WriteByte('\n')
	}
	return b.String()
}

// HeadOf is what the head of an agency is called above a signature (Nghị định 30/2020/NĐ-CP, Phụ lục I).
func HeadOf(v agency.Version) string {
	switch name := vi.Fold(v.Name); {
	case v.Level == agency.Province || v.Level == agency.Commune:
		return "TM. ỦY BAN NHÂN DÂN/CHỦ TỊCH"
	case v.Level == agency.Ministry && strings.HasPrefix(name, "bo "):
		return "BỘ TRƯỞNG"
	case strings.HasPrefix(name, "van phong chinh phu"):
		return "BỘ TRƯỞNG, CHỦ NHIỆM"
	case strings.HasPrefix(name, "so "):
		return "GIÁM ĐỐC"
	}
	return "THỦ TRƯỞNG CƠ QUAN"
}
