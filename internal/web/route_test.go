package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/web/route"
)

// The program does not start with an address that nobody has declared, or half declared.
func TestRegister(t *testing.T) {
	h := func(echo.Context) error { return nil }
	good := route.Route{Method: http.MethodPost, Path: "/reports/:agency/sign", Action: access.SignReport, Target: route.AtParam("agency"), Handler: h}
	for name, tt := range map[string]struct {
		routes []route.Route
		stray  string
		want   string
	}{
		"declared":          {[]route.Route{good}, "", ""},
		"twice":             {[]route.Route{good, good}, "", "declared twice"},
		"no action":         {[]route.Route{{Method: "GET", Path: "/x", Handler: h}}, "", "names no action"},
		"unknown action":    {[]route.Route{{Method: "GET", Path: "/x", Action: "nonsense", Handler: h}}, "", "names no action"},
		"no target":         {[]route.Route{{Method: "GET", Path: "/x", Action: access.EditReport, Handler: h}}, "", "do not fit"},
		"needless target":   {[]route.Route{{Method: "GET", Path: "/x", Action: access.OwnAccount, Target: route.AtNation(), Handler: h}}, "", "do not fit"},
		"no handler":        {[]route.Route{{Method: "GET", Path: "/x", Action: access.OwnAccount}}, "", "no handler"},
		"behind one's back": {[]route.Route{good}, "/secret", "GET /secret is not declared"},
	} {
		s := &Server{echo: echo.New(), protection: http.NewCrossOriginProtection()}
		if tt.stray != "" {
			s.echo.GET(tt.stray, h)
		}
		err := s.register(tt.routes)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
