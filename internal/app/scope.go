package app

import (
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
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
