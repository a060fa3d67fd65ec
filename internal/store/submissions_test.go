package store_test

import (
	"errors"
	"testing"
	"time"

	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// draft opens a submission of an agency in a round that exists only by number, and says so to Verify.
func (e *env) draft(agencyID string) store.Submission {
	e.t.Helper()
	s := store.Submission{Round: 1, Agency: "a-10", State: filing.Draft, Version: 1, Serial: 1}
	if agencyID != "" {
		s.Agency = "a-2"
	}
	e.write(func(tx *store.Tx) error { return tx.SaveSubmission(&s, filing.Event{Step: filing.Opened}, nil, false) })
	return s
}

func TestSubmissions(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		seeded := e.seed()
		s := e.draft("")
		figure := kpi.Figure{State: kpi.Value, Num: dec("1.5"), Den: dec("3")}
		cells := []store.Cell{
			{Cell: filing.Cell{Definition: e.defs["ONLINE"], Figure: figure, Warnings: []string{"Tăng 900 %", "Hai"}, Explained: "Do hệ thống mới", Note: "Ghi chú",
				Known: filing.Known{Figure: kpi.Figure{State: kpi.Value, Value: dec("50")}, Source: kpi.EMC, Period: "2026-Q3", Stance: filing.Disputed, Reason: "Thiếu"}}},
			{Cell: filing.Cell{Definition: e.defs["DOCS"], Typed: filing.Typed{Value: "1.2.3"}, Faults: []string{"Không hiểu số"}, Returned: "Xem lại"}},
		}
		e.write(func(tx *store.Tx) error {
			return errors.Join(tx.SaveCells(s.ID, cells), tx.SaveSection(s.ID, store.Section{Order: 1, Title: "Kết quả", Body: "Một\nHai"}))
		})
		e.read(time.Time{}, func(v *store.View) error {
			got, err := v.Cells(s.ID)
			if err != nil {
				return err
			}
			for _, want := range cells {
				have := got[s.ID][want.Definition]
				if have.Version != 1 || have.Account != "tester" || cmpDiff(want.Cell, have.Cell) != "" {
					t.Errorf("%s", cmpDiff(want.Cell, have.Cell))
				}
			}
			sections, err := v.Sections(s.ID)
			if len(sections) != 1 || sections[0].Body != "Một\nHai" || sections[0].Version != 1 {
				t.Errorf("sections %+v", sections)
			}
			if v.Revision().ID != seeded.ID {
				t.Error("a draft took a revision")
			}
			return err
		})
		cells[0].Note = "Mới"
		e.write(func(tx *store.Tx) error { return tx.SaveCells(s.ID, cells[:1]) })
		e.read(time.Time{}, func(v *store.View) error {
			got, err := v.Cells(s.ID)
			if c := got[s.ID][e.defs["ONLINE"]]; c.Version != 2 || c.Note != "Mới" {
				t.Errorf("%+v", c)
			}
			return err
		})
	})
}

func TestSubmissions_Events(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		s := e.draft("")
		s.State, s.Serial, s.SentAt, s.Approved = filing.Sent, 2, dawn.Add(time.Hour), []int64{4, 9}
		e.write(func(tx *store.Tx) error { return tx.SaveSubmission(&s, filing.Event{Step: filing.Sign}, nil, false) })
		s.State, s.Serial = filing.Returned, 3
		e.write(func(tx *store.Tx) error {
			return tx.SaveSubmission(&s, filing.Event{Step: filing.Return, Reason: "Sai"}, map[int64]string{e.defs["DOCS"]: "Kiểm tra"}, false)
		})
		stale := s
		stale.Serial = 3 // somebody else took this step already
		_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
			return tx.SaveSubmission(&stale, filing.Event{Step: filing.Return, Reason: "Sai"}, nil, false)
		})
		if err == nil {
			t.Error("a stale submission was saved")
		}
		e.read(time.Time{}, func(v *store.View) error {
			got, err := v.Submission(s.ID)
			if err != nil || got.State != filing.Returned || got.Serial != 3 || !got.SentAt.Equal(dawn.Add(time.Hour)) || len(got.Approved) != 2 || got.Last.Reason != "Sai" {
				t.Errorf("%+v, %v", got, err)
			}
			events, err := v.Events(s.ID)
			if len(events) != 3 || events[2].Remarks[e.defs["DOCS"]] != "Kiểm tra" || events[0].Step != filing.Opened {
				t.Errorf("%+v", events)
			}
			if none, err := v.Submissions(store.SubmissionQuery{States: []filing.State{filing.Sent}}); err != nil || len(none) != 0 {
				t.Errorf("%+v, %v", none, err)
			}
			if _, err := v.Submission(99); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%v", err)
			}
			return err
		})
		rev := e.write(func(tx *store.Tx) error {
			s.State, s.Serial, s.Received = filing.Received, 4, tx.Revision().ID
			f := e.fact("DOCS", "2025-Q3", "a-10", "7")
			f.Submission = s.ID
			_, err := tx.Accept([]store.Fact{f})
			return errors.Join(err, tx.SaveSubmission(&s, filing.Event{Step: filing.Receive}, nil, true))
		})
		e.read(time.Time{}, func(v *store.View) error {
			events, err := v.Events(s.ID)
			if err == nil && events[3].Revision != rev.ID {
				t.Errorf("%+v", events[3])
			}
			all, err := v.Observations(kpi.MustPeriod("2025-Q3"), e.defs["DOCS"], sourceID(t, v, kpi.Reported, ""))
			if len(all) != 1 || all[0].Submission != s.ID {
				t.Errorf("%+v", all)
			}
			return err
		})
	})
}

func TestSubmissions_FilesAndProposals(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		s := e.draft("")
		var proposal, file int64
		e.write(func(tx *store.Tx) (err error) {
			proposal, err = tx.SaveProposal(store.Proposal{Submission: s.ID, Text: "Xin bổ sung kinh phí"})
			return err
		})
		e.write(func(tx *store.Tx) (err error) {
			file, err = tx.Attach(store.Attachment{Submission: s.ID, Name: "minh chứng.pdf", Media: "application/pdf"}, []byte("%PDF-1.7"))
			return errors.Join(err, tx.AnswerProposal(proposal, "Đã ghi nhận"),
				tx.SavePaper(store.Paper{Submission: s.ID, Version: 1, Code: "AAAA-BBBB-CCCC", Name: "ky.pdf", Number: "12/BC-UBND", Day: 20261015, Signer: "A"}, []byte("%PDF-1.4")),
				tx.SaveChain("a-10", []filing.Link{{Title: "Trưởng phòng", Account: 1}, {Title: "Lãnh đạo"}}))
		})
		e.read(time.Time{}, func(v *store.View) error {
			files, err := v.Attachments(s.ID)
			if err != nil || len(files) != 1 || files[0].ID != file || files[0].Size != 8 || files[0].SHA256 != store.SHA256([]byte("%PDF-1.7")) {
				t.Errorf("%+v, %v", files, err)
			}
			proposals, err := v.Proposals(store.ProposalQuery{Round: 1})
			if err != nil || len(proposals) != 1 || proposals[0].Answer != "Đã ghi nhận" || proposals[0].AnsweredBy != "tester" || proposals[0].Agency != "a-10" {
				t.Errorf("%+v, %v", proposals, err)
			}
			papers, err := v.Papers(s.ID)
			if err != nil || len(papers) != 1 || papers[0].Number != "12/BC-UBND" || papers[0].Day != vi.Date(20261015) {
				t.Errorf("%+v, %v", papers, err)
			}
			chain, err := v.Chain("a-10")
			if len(chain) != 2 || chain[0] != (filing.Link{Title: "Trưởng phòng", Account: 1}) {
				t.Errorf("%+v", chain)
			}
			return err
		})
		e.write(func(tx *store.Tx) error { return errors.Join(tx.Detach(s.ID, file), tx.RemoveProposal(proposal)) })
		e.read(time.Time{}, func(v *store.View) error {
			files, err := v.Attachments(s.ID)
			if len(files) != 0 {
				t.Errorf("%+v", files)
			}
			return err
		})
		if _, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
			return tx.SaveSubmission(&store.Submission{Round: 1, Agency: "a-10", State: filing.Draft, Version: 1, Serial: 1}, filing.Event{Step: filing.Opened}, nil, false)
		}); err == nil {
			t.Error("an agency has two reports in one round")
		}
	})
}
