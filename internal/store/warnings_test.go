package store_test

import (
	"fmt"
	"testing"
	"time"

	"chiso/internal/kpi"
	"chiso/internal/store"
)

func TestUploadWarnings(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		general := store.UploadWarning{Code: "missing_now", Message: "Kỳ trước có số liệu."}
		own := store.UploadWarning{Sheet: "Biểu 1", Cell: "F2", Figure: "D2", Code: "rate_mismatch", Message: "Tỷ lệ khác.", Explanation: "đã rà soát"}
		all := []store.UploadWarning{own, general}
		for i := range 250 {
			w := own
			w.Figure, w.Explanation = fmt.Sprintf("D%d", i+3), ""
			all = append(all, w)
		}
		var id int64
		e.write(func(tx *store.Tx) (err error) {
			if id, err = tx.SaveUpload(store.Upload{Name: "a.csv", System: kpi.Reported}, "text/csv", []byte("a")); err != nil {
				return err
			}
			if err := tx.SaveWarnings(id, nil); err != nil {
				return err
			}
			return tx.SaveWarnings(id, all)
		})
		e.read(time.Time{}, func(v *store.View) error {
			got, err := v.UploadWarnings(id)
			if err != nil {
				return err
			}
			if d := cmpDiff(got, all); d != "" {
				t.Error(d)
			}
			for _, tt := range []struct {
				sheet, cell string
				want        []store.UploadWarning
			}{{"Biểu 1", "D2", []store.UploadWarning{general, own}}, {"Biểu 2", "D2", []store.UploadWarning{general}}, {"", "", []store.UploadWarning{general}}} {
				got, err := v.FigureWarnings(id, tt.sheet, tt.cell)
				if err != nil {
					return err
				}
				if d := cmpDiff(got, tt.want); d != "" {
					t.Errorf("%s!%s: %s", tt.sheet, tt.cell, d)
				}
			}
			return nil
		})
		clean(e)
	})
}
