package tasks

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// Routes are the register of tasks. Whoever may read of some agency before a release opens its pages, and sees the tasks in which
// an agency below has a part; the use cases narrow what is shown and judge every change.
func (s *Handlers) Routes() []route.Route {
	read := func(path string, h echo.HandlerFunc) route.Route {
		return route.Route{Method: http.MethodGet, Path: path, Action: access.ReadTasks, Target: route.Somewhere(), Handler: h}
	}
	office := func(method, path string, h echo.HandlerFunc, large bool) route.Route {
		return route.Route{Method: method, Path: path, Action: access.AssignTask, Target: route.Somewhere(), Handler: h, Large: large}
	}
	return []route.Route{
		read("/tasks", ofQuery(s.pages.Register)),
		read("/tasks/board", ofQuery(s.pages.TaskBoard)),
		read("/tasks/overdue", ofQuery(s.pages.Overdue)),
		read("/tasks/conclusions", ofQuery(s.pages.Conclusions)),
		read("/tasks/task", s.task),
		read("/tasks/file", ofQuery(s.pages.TaskFile)),
		read("/tasks/template.xlsx", ofQuery(s.pages.TaskTemplate)),
		{
			Method:  http.MethodPost,
			Path:    "/tasks/task",
			Action:  access.UpdateTask,
			Target:  route.Somewhere(),
			Handler: s.changeTask,
			Large:   true,
			Before:  s.mayReportTask,
		},
		office(http.MethodPost, "/tasks/office", s.changeTask, false),
		office(
			http.MethodGet,
			"/tasks/requests",
			ofQuery(func(ctx context.Context, _ url.Values) (*frame.Document, error) { return s.pages.TaskRequests(ctx) }),
			false,
		),
		office(http.MethodGet, "/tasks/new", ofQuery(func(ctx context.Context, v url.Values) (*frame.Document, error) {
			return s.pages.NewTasksPage(ctx, v, nil, nil)
		}), false),
		office(http.MethodPost, "/tasks/new", s.createTasks, true),
		office(http.MethodGet, "/tasks/import", ofQuery(func(ctx context.Context, v url.Values) (*frame.Document, error) {
			return s.pages.TaskImport(ctx, nil, v.Get("done"), nil)
		}), false),
		office(http.MethodGet, "/tasks/import/preview", ofQuery(s.pages.KeptTasks), false),
		office(http.MethodGet, "/tasks/import/marked", ofQuery(s.pages.MarkedTasks), false),
		office(http.MethodGet, "/tasks/figures", ofQuery(func(ctx context.Context, v url.Values) (*frame.Document, error) {
			return s.pages.TaskFigures(ctx, v, nil)
		}), false),
		office(http.MethodPost, "/tasks/figures", s.recordTasks, false),
		office(http.MethodPost, "/tasks/import", s.previewTasks, true),
		office(http.MethodPost, "/tasks/import/accept", s.acceptTasks, false),
	}
}

// ofQuery serves a page that is made of its address's parameters.
func ofQuery(show func(ctx context.Context, v url.Values) (*frame.Document, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		doc, err := show(c.Request().Context(), c.QueryParams())
		if err != nil {
			return err
		}
		return route.Send(c, http.StatusOK, doc)
	}
}

func (s *Handlers) task(c echo.Context) error {
	doc, err := s.pages.Task(c.Request().Context(), c.QueryParam("code"), TaskState{Done: c.QueryParam("done")})
	if err != nil {
		return err
	}
	return route.Send(c, http.StatusOK, doc)
}

// changeTask does what a form of a task's page says and leads back to it; a refusal gives the page again with what was typed.
func (s *Handlers) changeTask(c echo.Context) error {
	form, proof, err := s.pages.ReadProof(c.Response(), c.Request())
	ctx, code := c.Request().Context(), form.Get("code")
	var done string
	if err != nil {
		// The page comes again with the reason.
	} else if TaskOffice(form) != (c.Path() == "/tasks/office") {
		err = fault.New(fault.Invalid, "Không có thao tác này với nhiệm vụ.")
	} else {
		done, err = s.pages.ChangeTask(ctx, form, proof)
	}
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) {
			return s.pages.Task(ctx, code, TaskState{Refused: err, Form: form})
		})
	}
	to := frame.TaskURL(code) + "&done=" + url.QueryEscape(done)
	if done == "handed" || done == "accepted" { // it may not be the actor's to see any more
		if _, err := s.pages.Task(ctx, code, TaskState{}); fault.KindOf(err) == fault.NotFound {
			to = "/tasks"
		}
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *Handlers) createTasks(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, route.MaxTexts)
	form, err := c.FormParams()
	if err != nil {
		return route.UnreadableForm(err)
	}
	made, doc, err := s.pages.CreateTasks(c.Request().Context(), form)
	if doc != nil {
		return route.Send(c, route.StatusOf(err), doc)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/tasks/new?done="+strconv.Itoa(made))
}

func (s *Handlers) recordTasks(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return route.UnreadableForm(err)
	}
	ctx := c.Request().Context()
	to, err := s.pages.RecordTasks(ctx, form)
	if err != nil {
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.TaskFigures(ctx, form, err) })
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *Handlers) previewTasks(c echo.Context) error {
	to, err := s.pages.PreviewTasks(c.Response(), c.Request())
	if err != nil {
		if fault.KindOf(err) == fault.Forbidden {
			return err
		}
		return route.Again(c, err, func() (*frame.Document, error) { return s.pages.TaskImport(c.Request().Context(), nil, "", err) })
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *Handlers) acceptTasks(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return route.UnreadableForm(err)
	}
	doc, err := s.pages.AcceptTasks(c.Request().Context(), form)
	if doc != nil {
		return route.Send(c, route.StatusOf(err), doc)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/tasks/import?done=1")
}
