package reporting

import (
	"context"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// maxLinks is how many people at most agree one after the other.
const maxLinks = 5

// ChainView is who must agree before a report of an agency is sent (chuỗi duyệt), and who could.
type ChainView struct {
	Agency     agency.ID
	AgencyName string
	Links      []filing.Link   // none: whoever may sign for the agency signs
	Approvers  []ledger.Choice // by account number: who may sign for the agency today
}

// Chain returns the chain of an agency, for those who look after its accounts.
func (a *Room) Chain(ctx context.Context, id agency.ID) (out *ChainView, err error) {
	defer fault.Context(&err, "reporting.Chain(%s)", id)
	approvers, err := a.approvers(ctx, id)
	if err != nil {
		return nil, err
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
		if err := ground.Check(access.From(ctx), access.ManageUnit, access.At(id)); err != nil {
			return err
		}
		if !c.Agencies.Known(id) {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", string(id))
		}
		out = &ChainView{Agency: id, AgencyName: c.Agencies.Name(id, a.Today()), Approvers: approvers(ground)}
		out.Links, err = v.Chain(id)
		return err
	})
	return out, err
}

// approvers lists who may sign for an agency, once the ground is known.
func (a *Room) approvers(ctx context.Context, id agency.ID) (func(access.Ground) []ledger.Choice, error) {
	all, err := a.Store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	grants, err := a.Store.Grants(ctx)
	if err != nil {
		return nil, err
	}
	return func(ground access.Ground) (out []ledger.Choice) {
		for _, acc := range all {
			who := access.Actor{Account: acc.ID}
			for _, g := range grants[acc.ID] {
				who.Grants = append(who.Grants, g.Grant)
			}
			if title := acc.FullName; !acc.Disabled && ground.May(who, access.SignReport, access.At(id)) {
				if title == "" {
					title = acc.Name
				}
				if acc.Post != "" {
					title += " (" + acc.Post + ")"
				}
				out = append(out, ledger.Choice{Code: strconv.FormatInt(acc.ID, 10), Title: title})
			}
		}
		return out
	}, nil
}

// SetChain sets who must agree before a report of an agency is sent; the last link signs. Reports that are being reviewed go on under
// the new chain.
func (a *Room) SetChain(ctx context.Context, id agency.ID, links []filing.Link) (err error) {
	defer fault.Context(&err, "reporting.SetChain(%s)", id)
	approvers, err := a.approvers(ctx, id)
	if err != nil {
		return err
	}
	actor := access.From(ctx)
	_, err = a.Write(ctx, store.Change{Account: actor.Name, Reason: "Đặt chuỗi duyệt báo cáo"}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
		if err := ground.Check(actor, access.ManageUnit, access.At(id)); err != nil {
			return err
		}
		if links, err = cleanChain(links, approvers(ground)); err != nil {
			return err
		}
		tx.Audit(
			store.Entry{
				Action: "report_chain",
				Agency: id,
				Target: "agency:" + string(id),
				Detail: "Đặt chuỗi duyệt báo cáo của " + c.Agencies.Name(id, a.Today()) + ": " + chainText(links),
			},
		)
		return tx.SaveChain(id, links)
	})
	return err
}

func cleanChain(links []filing.Link, approvers []ledger.Choice) ([]filing.Link, error) {
	var out []filing.Link
	for _, l := range links {
		l.Title = vi.Clean(l.Title)
		switch {
		case l.Title == "" && l.Account == 0:
			continue
		case l.Title == "":
			return nil, fault.New(fault.Invalid, "Hãy ghi tên bước duyệt, ví dụ Trưởng phòng.")
		case len(l.Title) > maxCellText:
			return nil, fault.New(fault.Invalid, "Tên bước duyệt dài quá %d ký tự.", maxCellText)
		case l.Account != 0 && !slices.ContainsFunc(approvers, func(c ledger.Choice) bool { return c.Code == strconv.FormatInt(l.Account, 10) }):
			return nil, fault.New(fault.Invalid, "Người của bước \"%s\" không có vai trò ký duyệt tại đơn vị này.", l.Title)
		case l.Account != 0 && slices.ContainsFunc(out, func(o filing.Link) bool { return o.Account == l.Account }):
			return nil, fault.New(fault.Invalid, "Một người không duyệt hai bước: hãy chọn người khác cho \"%s\".", l.Title)
		}
		out = append(out, l)
	}
	if len(out) > maxLinks {
		return nil, fault.New(fault.Invalid, "Chuỗi duyệt có nhiều nhất %d bước.", maxLinks)
	}
	return out, nil
}

func chainText(links []filing.Link) string {
	if len(links) == 0 {
		return "không có, người có quyền ký thì ký"
	}
	text := ""
	for i, l := range links {
		if i > 0 {
			text += " → "
		}
		text += l.Title
	}
	return text
}

// HandOverChains gives the links that an account holds to another one. Drafts belong to agencies and need no handing over.
func HandOverChains(_ context.Context, tx *store.Tx, from, to int64) (int, error) {
	return tx.MoveLinks(from, to)
}
