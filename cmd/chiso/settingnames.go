package main

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// settingField is one variable of the environment and what it holds.
type settingField struct {
	name string
	kind reflect.Kind
}

// settingFields lists the variables of a struct of settings.
func settingFields(t reflect.Type, prefix string) (out []settingField) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Kind() == reflect.Struct {
			out = append(out, settingFields(f.Type, prefix+f.Tag.Get("envPrefix"))...)
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("env"), ","); name != "" {
			out = append(out, settingField{prefix + name, f.Type.Kind()})
		}
	}
	return out
}

// notOurs are variables that begin as ours do and that something else reads: docker compose and the tests.
func notOurs(name string) bool {
	return name == "CHISO_DB_PASSWORD" || strings.HasPrefix(name, "CHISO_TEST_") || name == "CHISO_SHOTS" || name == "CHISO_LOOK"
}

// checkNames refuses variables that nothing reads, for a slip of the pen would be a setting that silently is not made, and values that
// are no number or no yes or no.
func checkNames(environ map[string]string) error {
	fields := settingFields(reflect.TypeFor[settings](), "")
	known := make([]string, 0, len(fields))
	for _, f := range fields {
		known = append(known, f.name)
	}
	names := make([]string, 0, len(environ))
	for name := range environ {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !strings.HasPrefix(name, "CHISO_") || slices.Contains(known, name) || notOurs(name) {
			continue
		}
		return fault.New(fault.Usage, "Không có cài đặt %s. Có phải %s? Các cài đặt nằm trong README.", name, nearest(name, known))
	}
	for _, f := range fields {
		if err := checkValue(f, environ[f.name]); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(f settingField, value string) error {
	switch {
	case value == "":
		return nil
	case f.kind == reflect.Bool:
		if _, err := strconv.ParseBool(value); err != nil {
			return fault.New(fault.Usage, "%s phải là true hoặc false, đang là %q.", f.name, value)
		}
	case f.kind == reflect.Int || f.kind == reflect.Int64:
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			return fault.New(fault.Usage, "%s phải là số nguyên, đang là %q.", f.name, value)
		}
	}
	return nil
}

// nearest is the known name with the fewest letters changed.
func nearest(name string, known []string) string {
	best, distance := "", len(name)+1
	for _, k := range known {
		if d := vi.EditDistance(name, k, len(name)); d < distance {
			best, distance = k, d
		}
	}
	return best
}
