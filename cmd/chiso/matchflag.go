package main

import (
	"fmt"
	"os"
	"strings"

	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/match"
)

// chosenColumns is what --match says of columns: 'E=CPS08.num', 'Trang 1!F=CPS08.den', 'G=-' for one that is not read.
type chosenColumns map[string]match.Target

// String is empty: the flag has no default to print.
func (c chosenColumns) String() string { return "" }

// Set takes one or several choices, divided by commas.
func (c chosenColumns) Set(text string) error {
	for s := range strings.SplitSeq(text, ",") {
		column, code, ok := strings.Cut(s, "=")
		column, code = strings.TrimSpace(column), strings.TrimSpace(code)
		sheet, letters, two := strings.Cut(column, "!")
		if !two {
			sheet, letters = "", column
		}
		letters = strings.ToUpper(letters)
		if !ok || code == "" || letters == "" || len(letters) > 3 || strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return fmt.Errorf("%q không hiểu. Hãy ghi như E=CPS08.num, hoặc E=- cho cột không đọc", s)
		}
		var target match.Target
		if code != "-" {
			target, _ = match.ParseTarget(code)
		}
		if two {
			letters = sheet + "!" + letters
		}
		c[letters] = target
	}
	return nil
}

// printOpenColumns lists the columns that wait for an answer, with the answer that is proposed.
func (p *program) printOpenColumns(columns []receive.ColumnResult) {
	for i := range columns {
		if c := &columns[i]; !c.Sure && c.Reads != nil {
			fmt.Fprintf(p.stdout, "  Nếu đúng như vậy: --match '%s'; nếu không đọc cột này: --match '%s=-'\n", c.Answer(), c.Column)
		}
	}
}

// readMatchFile reads how columns were matched before, from a file; "" gives nothing.
func readMatchFile(path string) (m receive.Memories, err error) {
	if path == "" {
		return m, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return m, fault.Wrap(err, fault.NotFound, "Không đọc được tệp %s.", path)
	}
	return receive.ReadMatchFile(data)
}

// writeMatchFile writes how the columns of an import were read; "" writes nothing.
func writeMatchFile(path string, res *receive.Result) error {
	if path == "" {
		return nil
	}
	data, err := receive.MatchFileOf(res)
	if err != nil {
		return err
	}
	return writeFile(path, data)
}
