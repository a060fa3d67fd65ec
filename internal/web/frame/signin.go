package frame

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/fault"
)

// SignIn is the page to sign in at.
type SignIn struct {
	Shell
	Name, Next, Refused string
	SSO                 string // what the single sign-on is called, "" for none
	Kept                string // the form that was sent after the session had ended
	Ended               string // what became of it, "" where none was sent
}

// resumePage carries the form of a report on after signing in.
type resumePage struct {
	Shell
	Report string
	Fields []resumeField
	Files  []string // that were chosen beside it, and cannot be kept
}

type resumeField struct{ Name, Value string }

// Resume makes the page that sends the form of a report again.
func (p *Pages) Resume(report string, form url.Values, files []string) (*Document, error) {
	out := resumePage{Shell: Shell{Title: "Ghi tiếp những gì vừa gõ", Plain: true}, Report: report, Files: files}
	for name, values := range form {
		for _, v := range values {
			out.Fields = append(out.Fields, resumeField{name, v})
		}
	}
	slices.SortFunc(out.Fields, func(a, b resumeField) int { return strings.Compare(a.Name, b.Name) })
	return p.HTML("resume.html", out, 0)
}

// SignIn makes the page to sign in at.
func (p *Pages) SignIn(s SignIn) (*Document, error) {
	s.Shell = Shell{Title: "Đăng nhập", Plain: true}
	return p.HTML("signin.html", s, 0)
}

type codePage struct {
	Shell
	Refused, Kept string
}

// Code makes the page that asks for the code of the second factor. kept is the form that was sent after the session had ended.
func (p *Pages) Code(refused, kept string) (*Document, error) {
	return p.HTML("signin_code.html", codePage{Shell{Title: "Nhập mã xác thực", Plain: true}, refused, kept}, 0)
}

type linkPage struct {
	Shell
	Name, FullName, Refused string
	SSO, Secret             string
	Min                     int
}

// Link makes the page on which the owner of a one-time link sets a password.
func (p *Pages) Link(ctx context.Context, secret, sso string, refused error) (*Document, error) {
	name, full, err := p.App.LinkOwner(ctx, secret)
	if err != nil {
		return nil, err
	}
	page := linkPage{
		Shell:    Shell{Title: "Đặt mật khẩu", Plain: true},
		Name:     name,
		FullName: full,
		Min:      access.MinPassword,
		SSO:      sso,
		Secret:   secret,
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	return p.HTML("link.html", page, 0)
}
