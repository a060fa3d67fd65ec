package app

import (
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// A scope is the owner of blocks: the nation over ministries and provinces, a province over its departments and communes. Pages
// about units take their blocks and scorecards from it, so that one set of pages serves every owner.

// mainBlocks returns the blocks of an owner that are no parts of another of them, in catalogue order.
func (c *catalogue) mainBlocks(owner agency.ID) []agency.Block {
	var out []agency.Block
	for _, b := range c.agencies.Blocks() {
		if b.Owner == owner && c.unionOf(b) == "" {
			out = append(out, b)
		}
	}
	return out
}

// unionOf returns the block of the same owner that b is a part of, "" for none.
func (c *catalogue) unionOf(b agency.Block) string {
	for _, u := range c.agencies.Blocks() {
		if u.Owner == b.Owner && slices.Contains(u.Union, b.Code) {
			return u.Code
		}
	}
	return ""
}

// homeBlock returns the block in which an agency is compared on day d: its own, or the whole that this is a part of (ministries
// are compared with all ministries). "" when it is in none.
func (c *catalogue) homeBlock(id agency.ID, d vi.Date) string {
	b, ok := c.agencies.Block(c.agencies.BlockOf(id, d))
	if !ok {
		return ""
	}
	if u := c.unionOf(b); u != "" {
		return u
	}
	return b.Code
}

// ownerOf returns the owner of a block; the nation for a block that nobody named.
func (c *catalogue) ownerOf(block string) agency.ID {
	if b, ok := c.agencies.Block(block); ok {
		return b.Owner
	}
	return agency.Nation
}

// defaultCardOf is the scorecard that the pages of a block are about: 766 in the blocks of the nation, else the one that scores the
// block on day d. "" when there is none.
func (c *catalogue) defaultCardOf(block string, d vi.Date) string {
	if c.ownerOf(block) == agency.Nation {
		return defaultCard
	}
	for i := range c.scorecards {
		if s := &c.scorecards[i]; s.Block == block && s.On(d) {
			return s.Code
		}
	}
	return ""
}

// codesOf are the indicators that the pages of a block print: the given ones for the nation's, else what its scorecard is made of.
func (c *catalogue) codesOf(block string, d vi.Date, national []string) []string {
	if c.ownerOf(block) == agency.Nation {
		return national
	}
	if s, ok := c.scorecard(c.defaultCardOf(block, d), d); ok {
		return componentCodes(s)
	}
	return national
}

// hasUnits reports whether an owner has units below it that are ranked.
func (c *catalogue) hasUnits(owner agency.ID) bool {
	return slices.ContainsFunc(c.agencies.Blocks(), func(b agency.Block) bool { return b.Owner == owner })
}

// OwnerOf returns whose block a page is about: the named block's owner, else that of the block in which an agency is compared, else the
// nation. Permissions to see newest figures are judged there. known says that there is such a block.
func (a *App) OwnerOf(ctx context.Context, block string, id agency.ID) (owner agency.ID, known bool, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.catalogue(v)
		if err != nil {
			return err
		}
		if block == "" && id != "" {
			block = c.homeBlock(id, a.today())
		}
		_, known = c.agencies.Block(block)
		owner = c.ownerOf(block)
		return nil
	})
	return owner, known, err
}

// cardFits reports whether a scorecard is one of an owner.
func (c *catalogue) cardFits(s *ranking.Scorecard, owner agency.ID) bool {
	return c.ownerOf(s.Block) == owner
}

// FilingSerial grows with every step of any report, also those that take no revision: what is kept of who has reported is kept under it.
func (a *App) FilingSerial(ctx context.Context) (n int64, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		n, err = v.SubmissionSerial()
		return err
	})
	return n, err
}

// defaultCard is the scorecard that the nation's page is about.
const defaultCard = "Q766"

// componentCodes are the indicators that a scorecard is computed from: it is released when all of them are.
func componentCodes(s *ranking.Scorecard) []string {
	var out []string
	for _, c := range s.Scored() {
		out = append(out, c.Code)
	}
	return out
}

// cardOf returns the scorecard of a code, or the one whose published total the code is.
func (c *catalogue) cardOf(code string, d vi.Date) (*ranking.Scorecard, bool) {
	for i := range c.scorecards {
		if s := &c.scorecards[i]; s.On(d) && (s.Code == code || s.Root().Code == code) {
			return s, true
		}
	}
	return nil, false
}

// isMember reports whether an agency belongs to the block of a table at the end of its period.
func (c *catalogue) isMember(id agency.ID, t *ranking.Table) bool {
	return slices.ContainsFunc(c.agencies.Members(t.Block.Code, t.Period.To), func(p agency.Place) bool { return p.Agency == id })
}

// relations are what figures of one agency and period must fulfil: the identities of the catalogue, and the totals that scorecards
// print beside their parts, as the score of 766 and its groups.
func (c *catalogue) relations() []kpi.Identity {
	out := slices.Clone(c.identities)
	for _, card := range c.scorecards {
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

// body is the committee or office for a regime's code, else for the one group that all its indicators belong to (Bộ Công an for
// Đề án 06), else the general one. scopes are as roundTarget gives them: the code first.
func (c *catalogue) body(role filing.BodyRole, owner agency.ID, scopes []string, day vi.Date) (filing.Body, bool) {
	b, ok := filing.BodyOn(c.bodies, role, owner, scopes[0], day)
	if len(scopes) != 2 || ok && b.Scope != "" {
		return b, ok
	}
	return filing.BodyOn(c.bodies, role, owner, scopes[1], day)
}
