package app_test

import (
	"slices"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/kpi"
	"chiso/seed"
)

// Each form of the shipped catalogue as the agency gets it: what it owes, and what it may leave out because no act gives it to it.
func TestForms_AskWhoseBusinessItIs(t *testing.T) {
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	dir, kpis := agency.NewDirectory(c.Agencies), kpi.NewCatalogue(c.Definitions, c.Targets)
	for _, tt := range []struct {
		regime, agency, owed, unassigned string
	}{
		{"CDS_Q", "BTP", "CPS01 CPS02 CPS03 CPS04 CPS06 CPS07 CPS12 CPS18", "KTS05 KTS06 KTS10 XHS01 XHS02"},
		{"CDS_Q", "NHNN", "CPS01 CPS02 CPS03 CPS04 CPS06 CPS07 CPS12 CPS18 KTS03 KTS05 KTS11", "KTS06 KTS10 XHS01 XHS02"},
		{"CDS_Q", "P34-48", "CPS01 CPS02 CPS03 CPS04 CPS06 CPS07 CPS12 CPS18 CPS21 KTS06 KTS07 KTS08 KTS09 KTS10 XHS01 XHS02", ""},
		{"DVC_M", "BTP", "CPS01 CPS07", ""},
		{"DVC_M", "P34-48", "CPS01 CPS07", ""},
		{"DA06_M", "BTP", "DA06_06 DA06_11 DA06_13 DA06_14 DA06_15 DA06_16", ""},
		{"DA06_M", "BCA", "DA06_06 DA06_07 DA06_11 DA06_13 DA06_14 DA06_15 DA06_16 DA06_17 DA06_18 DA06_19 DA06_20", ""},
		{"DA06_M", "P34-48", "DA06_06 DA06_07 DA06_09 DA06_10 DA06_11 DA06_13 DA06_14 DA06_15 DA06_16 DA06_17 DA06_18 DA06_19 DA06_20 DA06_25", ""},
	} {
		who, ok := dir.On(agency.ID(tt.agency), 20260930)
		if !ok {
			t.Fatalf("no agency %s", tt.agency)
		}
		var owed, unassigned []string
		for _, f := range c.Forms {
			if f.Regime != tt.regime {
				continue
			}
			for i, l := range f.Lines(kpis, dir, who, 20260930) {
				if f.Code == "CDS-01" && i == 0 && l.Indicator != "CPS01" {
					t.Errorf("%s begins with %s for %s: the share handled fully online leads", f.Code, l.Indicator, tt.agency)
				}
				switch {
				case l.Unassigned:
					unassigned = append(unassigned, l.Indicator)
				case !l.Optional:
					owed = append(owed, l.Indicator)
				}
			}
		}
		slices.Sort(owed)
		slices.Sort(unassigned)
		if strings.Join(owed, " ") != tt.owed || strings.Join(unassigned, " ") != tt.unassigned {
			t.Errorf("%s, %s\n owes %v\n want [%s]\n unassigned %v\n want [%s]", tt.regime, tt.agency, owed, tt.owed, unassigned, tt.unassigned)
		}
	}
}
