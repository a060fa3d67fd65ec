package publish

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/job"
	"chiso/internal/store"
)

// JobPack builds a pack; the key is the number of the building.
const JobPack = "pack"

// BuildPack queues the building of a pack and returns its number. Its figures and sentences are those of now, whenever it is built.
func (a *Room) BuildPack(ctx context.Context, who access.Actor, q PackQuery) (id int64, err error) {
	defer fault.Context(&err, "publish.BuildPack")
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Dựng bộ báo cáo"}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		b, rel, err := a.settlePack(&tx.View, c, q)
		if err != nil {
			return err
		}
		if err := a.mayPack(c, who, b.Owner); err != nil {
			return err
		}
		if rel == nil {
			newest, err := tx.Newest() // the revision that this Write is about to take does not exist yet
			if err != nil {
				return err
			}
			b.Revision = newest.ID
		}
		id, err = a.queueBuild(tx, &b)
		return err
	})
	return id, err
}

func (a *Room) queueBuild(tx *store.Tx, b *filing.Build) (int64, error) {
	if err := tx.AddBuild(b); err != nil {
		return 0, err
	}
	ledger.NotePack(tx, "pack_built", b.Owner, b.Name, "Dựng bộ báo cáo “"+b.Name+"”, "+b.Period)
	_, err := tx.AddJob(JobPack, strconv.FormatInt(b.ID, 10), "", tx.Now())
	return b.ID, err
}

// queueAuto queues the packs of an owner that are built anew for every release, within the Write that approves it.
func (a *Room) queueAuto(tx *store.Tx, rel *filing.Release) error {
	all, err := tx.Packs(rel.Owner)
	if err != nil {
		return err
	}
	for _, p := range all {
		if !p.Spec.Auto {
			continue
		}
		b := filing.Build{
			Pack:     p.ID,
			Owner:    p.Owner,
			Name:     p.Name,
			Spec:     p.Spec,
			Release:  rel.ID,
			Period:   rel.Period.Key,
			Revision: rel.Revision,
			Program:  a.Version,
		}
		if b.Sentences, err = tx.Sentences(p.ID, b.Period); err != nil {
			return err
		}
		if b.Gaps, err = tx.GapNotes(p.Owner, b.Period); err != nil {
			return err
		}
		if _, err := a.queueBuild(tx, &b); err != nil {
			return err
		}
	}
	return nil
}

// RunBuild is the handler of jobPack. Each workbook is kept in a transaction of its own, so that a building that was interrupted goes
// on where it stood and every file is there once.
func (a *Room) RunBuild(ctx context.Context, j job.Job, report func(job.Progress)) (err error) {
	defer fault.Context(&err, "publish.RunBuild")
	id, err := strconv.ParseInt(j.Key, 10, 64)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Tác vụ dựng bộ báo cáo có số %q không hợp lệ.", j.Key)
	}
	var b filing.Build
	var rel *filing.Release
	noted := false
	return a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if b, err = v.Build(id); err != nil {
			return err
		}
		if b.Release != 0 {
			found, err := v.Release(b.Release)
			if err != nil {
				return err
			}
			rel = &found
		}
		b.Program = a.Version // whoever asked for it
		have := map[int]bool{}
		for _, f := range b.Files {
			have[f.Ord] = true
		}
		done := len(have)
		return a.EachWorkbook(v, &b, rel, have, func(ord, total int, w PackWorkbook) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			_, err := a.Write(ctx, store.Change{Account: ledger.JobAccount, Reason: "Lưu tệp của bộ báo cáo"}, func(tx *store.Tx) error {
				if !noted {
					if err := tx.BuildTotal(b.ID, total, a.Version); err != nil {
						return err
					}
				}
				return tx.AddBuildFile(b.ID, filing.BuildFile{Ord: ord, Agency: w.Agency, Name: w.Name}, w.Data)
			})
			if err != nil {
				return err
			}
			noted = true
			done++
			report(job.Progress{Done: done, Total: total, Note: w.Name})
			return nil
		})
	})
}

// BuildLine is a building in a list.
type BuildLine struct {
	filing.Build
	ReleaseTitle string
	State        job.State
	Problem      string
	Done         int
}

// Finished reports whether all its files are there.
func (l *BuildLine) Finished() bool { return l.Total > 0 && len(l.Files) == l.Total }

// Builds lists the buildings of an owner, newest first, of one release when it is given.
func (a *Room) Builds(ctx context.Context, who access.Actor, owner agency.ID, release int64) (out []BuildLine, err error) {
	defer fault.Context(&err, "publish.Builds(%s, %d)", owner, release)
	const most = 60
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		owner = cmp.Or(owner, agency.Nation)
		if err := a.mayPack(c, who, owner); err != nil {
			return err
		}
		builds, err := v.Builds(store.BuildQuery{Owner: owner, Release: release, Limit: most})
		if err != nil {
			return err
		}
		out, err = buildLines(v, builds)
		return err
	})
	return out, err
}

// buildLines adds to buildings how far their jobs are.
func buildLines(v *store.View, builds []filing.Build) (out []BuildLine, err error) {
	releases, err := v.Releases(true)
	if err != nil {
		return nil, err
	}
	for _, b := range builds {
		l := BuildLine{Build: b, State: job.Waiting, Done: len(b.Files)}
		for _, r := range releases {
			if r.ID == b.Release {
				l.ReleaseTitle = r.Title
			}
		}
		row, ok, err := v.JobOf(JobPack, strconv.FormatInt(b.ID, 10))
		if err != nil {
			return nil, err
		}
		if ok {
			l.State, l.Problem = job.State(row.State), row.Problem
		}
		out = append(out, l)
	}
	return out, nil
}

// Build returns one building for the office that made it.
func (a *Room) Build(ctx context.Context, who access.Actor, id int64) (out *BuildLine, err error) {
	defer fault.Context(&err, "publish.Build(%d)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		b, err := v.Build(id)
		if err != nil {
			return err
		}
		if err := a.mayPack(c, who, b.Owner); err != nil {
			return err
		}
		lines, err := buildLines(v, []filing.Build{b})
		if err == nil {
			out = &lines[0]
		}
		return err
	})
	return out, err
}

// BuildFile returns one workbook of a building: for the office that made it, and for the agency that it is about once the release is shown.
func (a *Room) BuildFile(ctx context.Context, who access.Actor, id int64, ord int) (name string, data []byte, err error) {
	defer fault.Context(&err, "publish.BuildFile(%d)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		b, err := v.Build(id)
		if err != nil {
			return err
		}
		for _, f := range b.Files {
			if f.Ord != ord {
				continue
			}
			if err := a.mayReadFile(v, c, who, &b, f); err != nil {
				return err
			}
			name = f.Name
			data, err = v.File(f.SHA256)
			return err
		}
		if err := a.mayPack(c, who, b.Owner); err != nil {
			return err
		}
		return fault.New(fault.NotFound, "Lần dựng số %d chưa có tệp số %d.", id, ord)
	})
	return name, data, err
}

func (a *Room) mayReadFile(v *store.View, c *ledger.Catalogue, who access.Actor, b *filing.Build, f filing.BuildFile) error {
	refused := a.mayPack(c, who, b.Owner)
	if refused == nil || f.Agency == "" || b.Release == 0 {
		return refused
	}
	r, err := v.Release(b.Release)
	if err != nil {
		return err
	}
	if !r.Effective(a.figures.Now(v)) {
		return refused
	}
	return a.MayAt(c, who, access.ReadOwn, f.Agency)
}

// BuildZip returns all workbooks of a finished building as one archive.
func (a *Room) BuildZip(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "publish.BuildZip(%d)", id)
	l, err := a.Build(ctx, who, id)
	if err != nil {
		return "", nil, err
	}
	if !l.Finished() {
		return "", nil, fault.New(fault.Conflict, "Bộ báo cáo chưa dựng xong: mới có %d tệp. Hãy đợi thêm.", len(l.Files))
	}
	var all []PackWorkbook
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		for _, f := range l.Files {
			data, err := v.File(f.SHA256)
			if err != nil {
				return err
			}
			all = append(all, PackWorkbook{Name: f.Name, Agency: f.Agency, Data: data})
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	err = ZipWorkbooks(&out, all, l.By.At)
	return fmt.Sprintf("%s.zip", fileName(&l.Build)), out.Bytes(), err
}
