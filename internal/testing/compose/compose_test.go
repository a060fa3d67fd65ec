// Package compose reads docker-compose.yml and the Dockerfile the way a careful operator would. No container engine is needed.
package compose

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const root = "../../../"

func load(t *testing.T, env map[string]string) (*types.Project, error) {
	t.Helper()
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  root,
		ConfigFiles: []types.ConfigFile{{Filename: root + "docker-compose.yml"}},
		Environment: env,
	}, func(o *loader.Options) { o.SetProjectName("chiso", true) })
}

func TestNoDefaultPassword(t *testing.T) {
	for _, env := range []map[string]string{nil, {"CHISO_DB_PASSWORD": ""}} {
		if _, err := load(t, env); err == nil || !strings.Contains(err.Error(), "CHISO_DB_PASSWORD") {
			t.Errorf("with environment %v: %v", env, err)
		}
	}
	raw, err := os.ReadFile(root + "docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range regexp.MustCompile(`\$\{?[A-Z_]*(PASSWORD|SECRET|TOKEN|KEY)[^}]*\}?`).FindAllString(string(raw), -1) {
		// The database has a password always; what Chiso itself may do without has none by default.
		if !strings.Contains(use, ":?") && (!strings.HasSuffix(use, ":-}") || strings.Contains(use, "_DB_")) {
			t.Errorf("%s has a default, or may be empty", use)
		}
	}
}

func TestServices(t *testing.T) {
	const password = "s3cretOfThisTest"
	project, err := load(t, map[string]string{"CHISO_DB_PASSWORD": password})
	if err != nil {
		t.Fatal(err)
	}
	if got := project.ServiceNames(); !slices.Equal(got, []string{"app", "db", "migrate"}) {
		t.Fatalf("services %v", got)
	}
	for name, s := range project.Services {
		if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.Privileged {
			t.Errorf("%s may do more than it needs", name)
		}
		if name != "migrate" && (s.HealthCheck == nil || s.HealthCheck.Disable || len(s.HealthCheck.Test) == 0) {
			t.Errorf("%s has no health check", name)
		}
		if s.Build == nil && !regexp.MustCompile(`:\d+\.\d+(\.\d+)?(-\w+)?(@sha256:[0-9a-f]{64})?$`).MatchString(s.Image) {
			t.Errorf("%s: image %q is not pinned", name, s.Image)
		}
		for key, value := range s.Environment {
			if value == nil {
				t.Errorf("%s: %s is taken from nowhere", name, key)
			} else if regexp.MustCompile(`(?i)password|secret|token`).MatchString(key) && *value != password && *value != "" {
				t.Errorf("%s: %s is written in the file", name, key)
			}
		}
		for _, p := range s.Ports {
			if name != "app" || p.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %s on %q", name, p.Published, p.HostIP)
			}
		}
	}
	app, db := project.Services["app"], project.Services["db"]
	// What an operator sets reaches the program without an edit of the file.
	set, err := load(t, map[string]string{"CHISO_DB_PASSWORD": password, "CHISO_URL": "https://a.example", "CHISO_PROXIES": "10.0.0.0/8", "CHISO_HOSTS": "b", "CHISO_SMTP_HOST": "c", "CHISO_OIDC_ISSUER": "d"})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"CHISO_URL": "https://a.example", "CHISO_PROXIES": "10.0.0.0/8", "CHISO_HOSTS": "b", "CHISO_SMTP_HOST": "c", "CHISO_OIDC_ISSUER": "d"} {
		if v := set.Services["app"].Environment[key]; v == nil || *v != want {
			t.Errorf("app does not get %s", key)
		}
	}
	if len(app.EnvFiles) != 1 || bool(app.EnvFiles[0].Required) || !strings.HasSuffix(app.EnvFiles[0].Path, ".env") {
		t.Errorf("app gets no limits from .env: %v", app.EnvFiles)
	}
	if got := app.DependsOn["db"].Condition; got != types.ServiceConditionHealthy {
		t.Errorf("app waits for db to be %q", got)
	}
	for _, key := range []string{"CHISO_DATABASE_URL", "CHISO_LISTEN", "CHISO_DATA"} {
		if v := app.Environment[key]; v == nil || *v == "" {
			t.Errorf("app has no %s", key)
		}
	}
	for service, folder := range map[*types.ServiceConfig]string{&app: "/data", &db: "/var/lib/postgresql/data"} {
		if !slices.ContainsFunc(service.Volumes, func(v types.ServiceVolumeConfig) bool {
			_, named := project.Volumes[v.Source]
			return v.Type == types.VolumeTypeVolume && v.Target == folder && named
		}) {
			t.Errorf("%s keeps %s in no named volume", service.Name, folder)
		}
	}
	if n := project.Networks["inside"]; !n.Internal || len(db.Networks) != 1 {
		t.Error("the database can be reached from outside")
	}
}

func TestDockerfile(t *testing.T) {
	raw, err := os.ReadFile(root + "Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var stages []string // of the last stage: its lines
	var user, health string
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "FROM":
			stages, user, health = append(stages, words[1]), "", ""
		case "USER":
			user = words[1]
		case "HEALTHCHECK":
			health = line
		case "ENV", "ARG":
			if regexp.MustCompile(`(?i)password|secret|token`).MatchString(line) {
				t.Errorf("a secret in the image: %s", line)
			}
		}
	}
	if len(stages) != 3 || stages[2] != "scratch" {
		t.Fatalf("stages %v, want node, go and an image without a shell", stages)
	}
	for _, s := range stages[:2] {
		if !regexp.MustCompile(`:\d+\.\d+\.\d+`).MatchString(s) {
			t.Errorf("%s is not pinned", s)
		}
	}
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
		t.Errorf("runs as %q, want a number that is not root's", user)
	}
	if !strings.Contains(health, "healthcheck") {
		t.Error("no HEALTHCHECK")
	}
	mod, err := os.ReadFile(root + "go.mod")
	if err != nil {
		t.Fatal(err)
	}
	minor := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if !strings.Contains(stages[1], "golang:"+string(minor[1])+".") {
		t.Errorf("%s does not fit go %s of go.mod", stages[1], minor[1])
	}
}
