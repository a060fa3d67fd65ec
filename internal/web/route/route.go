// Package route is what every slice of the server speaks HTTP with: how an address is declared with its permission, and how a handler
// answers. The one place where a kind of failure becomes a status stands here.
package route

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/agency"
)

// Route is one address: what may be asked there, which permission that needs, and at which agency the permission is judged. Every
// address of the program is declared so; New fails on one that is not.
type Route struct {
	Method  string // GET answers HEAD too
	Path    string
	Action  access.Action
	Target  Target // none for actions that are judged on no agency
	Handler echo.HandlerFunc

	Large  bool                       // the handler bounds the body itself
	Before func(c echo.Context) error // judges before a file is received; nil leaves that to the handler
	Kept   bool                       // the handler finds out itself who asks: it runs on every hit of the page cache
}

// Target is how a route finds the agency at which its action is judged.
type Target struct {
	Name string // for the tests that walk every route
	Find func(c echo.Context, who access.Actor) (access.Target, error)
	Any  bool // the permission for any agency at all opens the page; the use case judges each thing on it
}

// Permit judges an action at the target of the request and notes a refusal.
type Permit func(c echo.Context, act access.Action, at Target, who access.Actor) error

// AtNation judges at the nation.
func AtNation() Target {
	return Target{Name: "nation", Find: func(echo.Context, access.Actor) (access.Target, error) { return access.At(agency.Nation), nil }}
}

// AtParam judges at the agency whose id stands in the path.
func AtParam(name string) Target {
	return Target{Name: ":" + name, Find: func(c echo.Context, _ access.Actor) (access.Target, error) {
		return access.At(agency.ID(PathParam(c, name))), nil
	}}
}

// Somewhere opens the page to whoever has the permission for any agency: the use case judges what is shown and done.
func Somewhere() Target { return Target{Name: "somewhere", Any: true} }

// PathParam is a path's parameter without its percent signs.
func PathParam(c echo.Context, name string) string {
	v := c.Param(name)
	if plain, err := url.PathUnescape(v); err == nil {
		return plain
	}
	return v
}

// MaxTexts bounds a form with texts.
const MaxTexts = 512 << 10
