package publish

import (
	"fmt"
	"slices"

	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
)

// VerifyReleases computes every approved release again, with the figures and the catalogue of its revision, and compares it with the
// tables that were frozen. It returns one Vietnamese sentence for each release that is not what it was.
func (a *Room) VerifyReleases(v *store.View) (problems []string, err error) {
	all, err := v.Releases(false)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	for i := range all {
		problem, err := a.verifyRelease(v, &all[i])
		if err != nil {
			return problems, err
		}
		if problem != "" {
			problems = append(problems, fmt.Sprintf("Bản công bố số %d (%s): %s", all[i].ID, all[i].Title, problem))
		}
	}
	return problems, nil
}

// verifyRelease says in which way a release is not what was frozen, "" when it is.
func (a *Room) verifyRelease(v *store.View, rel *filing.Release) (string, error) {
	data, err := v.File(rel.Frozen)
	if err != nil {
		return "không đọc được các bảng đã chốt: " + fault.Sentence(err), nil
	}
	if store.SHA256(data) != rel.Frozen {
		return "các bảng đã chốt không khớp mã băm.", nil
	}
	kept, err := frozen(v, rel)
	if err != nil {
		return "không đọc được các bảng đã chốt: " + fault.Sentence(err), nil
	}
	r, err := a.figures.Bound(v, rel)
	if err != nil {
		return "", err
	}
	anew, err := Freeze(r, rel)
	if err != nil {
		return "không tính lại được: " + fault.Sentence(err), nil
	}
	pack, err := v.File(rel.Pack)
	if err != nil {
		return "sổ kèm theo không đọc được: " + fault.Sentence(err), nil
	}
	if store.SHA256(pack) != rel.Pack {
		return "sổ kèm theo không khớp mã băm.", nil
	}
	return filing.Recomputed(kept, anew), nil
}
