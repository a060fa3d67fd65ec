package ledger

import (
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// A scope is the owner of blocks: the nation over ministries and provinces, a province over its departments and communes. Pages
// about units take their blocks and scorecards from it, so that one set of pages serves every owner.

// MainBlocks returns the blocks of an owner that are no parts of another of them, in catalogue order.
func (c *Catalogue) MainBlocks(owner agency.ID) []agency.Block {
	var out []agency.Block
	for _, b := range c.Agencies.Blocks() {
		if b.Owner == owner && c.unionOf(b) == "" {
			out = append(out, b)
		}
	}
	return out
}

// unionOf returns the block of the same owner that b is a part of, "" for none.
func (c *Catalogue) unionOf(b agency.Block) string {
	for _, u := range c.Agencies.Blocks() {
		if u.Owner == b.Owner && slices.Contains(u.Union, b.Code) {
			return u.Code
		}
	}
	return ""
}

// HomeBlock returns the block in which an agency is compared on day d: its own, or the whole that this is a part of (ministries
// are compared with all ministries). "" when it is in none.
func (c *Catalogue) HomeBlock(id agency.ID, d vi.Date) string {
	b, ok := c.Agencies.Block(c.Agencies.BlockOf(id, d))
	if !ok {
		return ""
	}
	if u := c.unionOf(b); u != "" {
		return u
	}
	return b.Code
}

// OwnerOf returns the owner of a block; the nation for a block that nobody named.
func (c *Catalogue) OwnerOf(block string) agency.ID {
	if b, ok := c.Agencies.Block(block); ok {
		return b.Owner
	}
	return agency.Nation
}

// DefaultCardOf is the scorecard that the pages of a block are about: 766 in the blocks of the nation, else the one that scores the
// block on day d. "" when there is none.
func (c *Catalogue) DefaultCardOf(block string, d vi.Date) string {
	if c.OwnerOf(block) == agency.Nation {
		return DefaultCard
	}
	for i := range c.Scorecards {
		if s := &c.Scorecards[i]; s.Block == block && s.On(d) {
			return s.Code
		}
	}
	return ""
}

// CodesOf are the indicators that the pages of a block print: the given ones for the nation's, else what its scorecard is made of.
func (c *Catalogue) CodesOf(block string, d vi.Date, national []string) []string {
	if c.OwnerOf(block) == agency.Nation {
		return national
	}
	if s, ok := c.Scorecard(c.DefaultCardOf(block, d), d); ok {
		return ComponentCodes(s)
	}
	return national
}

// HasUnits reports whether an owner has units below it that are ranked.
func (c *Catalogue) HasUnits(owner agency.ID) bool {
	return slices.ContainsFunc(c.Agencies.Blocks(), func(b agency.Block) bool { return b.Owner == owner })
}

// OwnerOf returns whose block a page is about: the named block's owner, else that of the block in which an agency is compared, else the
// nation. Permissions to see newest figures are judged there. known says that there is such a block.
func (a *Ledger) OwnerOf(ctx context.Context, block string, id agency.ID) (owner agency.ID, known bool, err error) {
	defer fault.Context(&err, "ledger.OwnerOf(%s)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		if block == "" && id != "" {
			block = c.HomeBlock(id, a.Today())
		}
		_, known = c.Agencies.Block(block)
		owner = c.OwnerOf(block)
		return nil
	})
	return owner, known, err
}

// CardFits reports whether a scorecard is one of an owner.
func (c *Catalogue) CardFits(s *ranking.Scorecard, owner agency.ID) bool {
	return c.OwnerOf(s.Block) == owner
}

// FilingSerial grows with every step of any report, also those that take no revision: what is kept of who has reported is kept under it.
func (a *Ledger) FilingSerial(ctx context.Context) (n int64, err error) {
	defer fault.Context(&err, "ledger.FilingSerial")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		n, err = v.SubmissionSerial()
		return err
	})
	return n, err
}

// DefaultCard is the scorecard that the nation's page is about.
const DefaultCard = "Q766"

// ComponentCodes are the indicators that a scorecard is computed from: it is released when all of them are.
func ComponentCodes(s *ranking.Scorecard) []string {
	var out []string
	for _, c := range s.Scored() {
		out = append(out, c.Code)
	}
	return out
}

// CardOf returns the scorecard of a code, or the one whose published total the code is.
func (c *Catalogue) CardOf(code string, d vi.Date) (*ranking.Scorecard, bool) {
	for i := range c.Scorecards {
		if s := &c.Scorecards[i]; s.On(d) && (s.Code == code || s.Root().Code == code) {
			return s, true
		}
	}
	return nil, false
}

// IsMember reports whether an agency belongs to the block of a table at the end of its period.
func (c *Catalogue) IsMember(id agency.ID, t *ranking.Table) bool {
	return slices.ContainsFunc(c.Agencies.Members(t.Block.Code, t.Period.To), func(p agency.Place) bool { return p.Agency == id })
}

// Relations are what figures of one agency and period must fulfil: the identities of the catalogue, and the totals that scorecards
// print beside their parts, as the score of 766 and its groups.
func (c *Catalogue) Relations() []kpi.Identity {
	out := slices.Clone(c.Identities)
	for _, card := range c.Scorecards {
		for _, total := range card.Components {
			if total.Rule != ranking.Passthrough || total.Parent != "" {
				continue
			}
			id := kpi.Identity{Code: total.Code, Rule: kpi.Adds, Total: total.Code, From: vi.OpenFrom, To: vi.OpenTo,
				Tolerance: vi.NewDecimal(3, 2)} // the portal's own rows differ by so much
			for _, x := range card.Components {
				if x.Parent == total.Code && x.Rule == ranking.Passthrough {
					id.Parts = append(id.Parts, x.Code)
				}
			}
			if len(id.Parts) > 1 {
				out = append(out, id)
			}
		}
	}
	return out
}

// Body is the committee or office for a regime's code, else for the one group that all its indicators belong to (Bộ Công an for
// Đề án 06), else the general one. scopes are as roundTarget gives them: the code first.
func (c *Catalogue) Body(role filing.BodyRole, owner agency.ID, scopes []string, day vi.Date) (filing.Body, bool) {
	b, ok := filing.BodyOn(c.bodies, role, owner, scopes[0], day)
	if len(scopes) != 2 || ok && b.Scope != "" {
		return b, ok
	}
	return filing.BodyOn(c.bodies, role, owner, scopes[1], day)
}
