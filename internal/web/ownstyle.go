package web

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/agency"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// ownStyle is the small style sheet that marks one agency on every page: that of the account that asks, or the one in the address (?a=). So
// kept pages name nobody and serve everyone of a class, and our own row, dot and tile are marked nevertheless. It has no rule for those of
// the nation and those who are signed out.
func (s *Server) ownStyle(c echo.Context) error {
	var id agency.ID
	if a := c.QueryParam("a"); a != "" {
		if !frame.PlainID(a) {
			return echo.ErrNotFound
		}
		id = agency.ID(a)
	} else if who, err := s.who(c); err != nil {
		return err
	} else if who != nil {
		id = ownAgency(who.Actor, s.days.day(s.cfg.Clock()))
	}
	css := markRules(id)
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(css))
	tag := fmt.Sprintf(`"own-%x"`, hash.Sum64())
	h := c.Response().Header()
	// Another session has another cookie, and so another sheet.
	h["Cache-Control"], h["Vary"], h["Etag"] = []string{"private, max-age=60"}, []string{"Cookie"}, []string{tag}
	if matches(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return route.Blob(c, http.StatusOK, "text/css; charset=utf-8", []byte(css))
}

// markRules are the rules for one agency; an id that is not plain has none, for it would end the selector.
func markRules(id agency.ID) string {
	if !frame.PlainID(string(id)) {
		return ""
	}
	return strings.ReplaceAll(`tr[data-a="X"]>*{font-weight:700;box-shadow:inset 0 1px 0 var(--chiso-own),inset 0 -1px 0 var(--chiso-own)}
tr[data-a="X"]>:first-child{box-shadow:inset 4px 0 0 var(--chiso-own),inset 0 1px 0 var(--chiso-own),inset 0 -1px 0 var(--chiso-own)}
tr[data-a="X"] svg.plot .mark,svg.plot circle.mark[data-a="X"]{fill:var(--chiso-own)}
tr[data-a="X"] svg.plot .moved,tr[data-a="X"] svg.plot circle.was{stroke:var(--chiso-own)}
tr[data-a="X"] svg.cellbar{color:var(--chiso-own)}
svg.tiles [data-a="X"] rect{stroke:var(--chiso-own);stroke-width:4}
li[data-a="X"]{font-weight:700}
[data-a="X"] .own-note{display:inline-block;position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media screen and (min-width:992px){.flow tr[data-a="X"]>*{position:sticky;bottom:0;z-index:1;background:var(--bs-body-bg)}}
`, "X", string(id))
}
