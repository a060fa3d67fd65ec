package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// unnamed is from how many fields on a literal must name them: a swap of two of one type compiles.
const unnamed = 4

// Habits gives a sentence for every place that breaks a habit of CONTRIBUTING.md which a parser can see: literals of four and more fields
// carry names (of a type of the same package; go vet sees the others), and use cases say their path in errors.
func Habits(packages []Package) (faults []string) {
	for _, p := range packages {
		rel := strings.TrimPrefix(p.ImportPath, module)
		if within(rel, "internal/testing") {
			continue
		}
		fset := token.NewFileSet()
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return append(faults, err.Error())
			}
			files = append(files, f)
		}
		structs := structsOf(files)
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				if c, ok := n.(*ast.CompositeLit); ok {
					faults = append(faults, literals(fset, rel, c, structs)...)
				}
				return true
			})
			if within(rel, "internal/app") {
				faults = append(faults, pathless(fset, rel, f)...)
			}
		}
	}
	slices.Sort(faults)
	return faults
}

func structsOf(files []*ast.File) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				if t, ok := s.(*ast.TypeSpec); ok {
					if _, ok := t.Type.(*ast.StructType); ok {
						out[t.Name.Name] = true
					}
				}
			}
		}
	}
	return out
}

// literals looks at a literal, and at those of its elements that leave their type out.
func literals(fset *token.FileSet, rel string, c *ast.CompositeLit, structs map[string]bool) (faults []string) {
	bare := func(c *ast.CompositeLit, name string) {
		if len(c.Elts) < unnamed || !structs[name] {
			return
		}
		if _, ok := c.Elts[0].(*ast.KeyValueExpr); !ok {
			at := fset.Position(c.Pos())
			faults = append(
				faults,
				fmt.Sprintf(
					"%s: %s:%d: a literal of %s with %d values and no names",
					rel,
					filepath.Base(at.Filename),
					at.Line,
					name,
					len(c.Elts),
				),
			)
		}
	}
	bare(c, typeName(c.Type))
	var of ast.Expr
	switch t := c.Type.(type) {
	case *ast.ArrayType:
		of = t.Elt
	case *ast.MapType:
		of = t.Value
	default:
		return faults
	}
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil {
			bare(inner, typeName(of))
		}
	}
	return faults
}

func typeName(e ast.Expr) string {
	if s, ok := e.(*ast.StarExpr); ok {
		e = s.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// pathless finds use cases (exported methods of a room that take a context and may fail) that do not begin with fault.Context.
func pathless(fset *token.FileSet, rel string, f *ast.File) (faults []string) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil || !fn.Name.IsExported() || fn.Type.Results == nil || len(fn.Body.List) == 0 {
			continue
		}
		if !slices.Contains([]string{"Room", "App", "Ledger"}, typeName(fn.Recv.List[0].Type)) || !takesContext(fn) {
			continue
		}
		results := fn.Type.Results.List
		if typeName(results[len(results)-1].Type) != "error" {
			continue
		}
		if d, ok := fn.Body.List[0].(*ast.DeferStmt); ok {
			if s, ok := d.Call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Context" {
				continue
			}
		}
		at := fset.Position(fn.Pos())
		faults = append(
			faults,
			fmt.Sprintf(
				"%s: %s:%d: %s does not say its path in errors: defer fault.Context(&err, …)",
				rel,
				filepath.Base(at.Filename),
				at.Line,
				fn.Name.Name,
			),
		)
	}
	return faults
}

func takesContext(fn *ast.FuncDecl) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(p *ast.Field) bool {
		s, ok := p.Type.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Context"
	})
}
