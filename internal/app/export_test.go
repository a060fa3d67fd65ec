package app

import (
	"context"

	"chiso/internal/agency"
)

// UploadInTwo is UploadReport, held up between reading the file and taking it.
func (a *App) UploadInTwo(ctx context.Context, round int64, id agency.ID, file ImportFile) (take func() (*UploadOutcome, error), err error) {
	opened, before, err := a.readAhead(ctx, round, id, file)
	return func() (*UploadOutcome, error) { return a.takeFile(ctx, round, id, file, opened, before) }, err
}
