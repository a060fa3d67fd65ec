package access

// MayGrant reports whether the actor may give somebody a role, with the reason when not: nobody gives more than lies within the
// own reach, and standing offices and system administrators are made by a system administrator.
func (g Ground) MayGrant(a Actor, grant Grant) error {
	if err := g.Check(a, ManageUnit, At(grant.Agency)); err != nil {
		return err
	}
	if grant.Role == Office || grant.Role == SystemAdmin {
		return g.Check(a, RunSystem, At(grant.Agency))
	}
	return nil
}

// MayManage reports whether the actor may change an account that works at home and holds the grants, with the reason when not:
// whoever could set another's password would have all that the other may do.
func (g Ground) MayManage(a Actor, on Target, grants []Grant) error {
	if err := g.Check(a, ManageUnit, on); err != nil {
		return err
	}
	for _, grant := range grants {
		if grant.To < g.Day { // ended
			continue
		}
		if err := g.MayGrant(a, grant); err != nil {
			return err
		}
	}
	return nil
}
