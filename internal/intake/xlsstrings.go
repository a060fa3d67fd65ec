package intake

// strings reads the texts that cells share. They go on in further records, and may break anywhere.
func (x *xls) strings(body []byte) error {
	n := int(u32(body, 4))
	if n > x.limits.Cells {
		return damaged("xls: %d texts", n)
	}
	p := &pieces{x: x, body: body[8:]}
	left := x.limits.Strings
	for range n {
		text, err := p.text()
		if err != nil {
			return err
		}
		if left -= int64(len(text)); left < 0 {
			return damaged("xls: texts of more than %d bytes", x.limits.Strings)
		}
		x.texts = append(x.texts, text)
	}
	return nil
}

// pieces is a record with those that continue it.
type pieces struct {
	x    *xls
	body []byte
}

// more goes to the next record when this one is at its end.
func (p *pieces) more() error {
	for len(p.body) == 0 {
		kind, body, err := p.x.next()
		if err != nil {
			return err
		}
		if kind != biffContinue {
			return damaged("xls: the texts end early")
		}
		p.body = body
	}
	return nil
}

// take returns some bytes, from as many records as they stand in.
func (p *pieces) take(n int) ([]byte, error) {
	if len(p.body) >= n {
		b := p.body[:n]
		p.body = p.body[n:]
		return b, nil
	}
	var out []byte
	for len(out) < n {
		if err := p.more(); err != nil {
			return nil, err
		}
		k := min(n-len(out), len(p.body))
		out, p.body = append(out, p.body[:k]...), p.body[k:]
	}
	return out, nil
}

// text reads one text with its runs.
func (p *pieces) text() (string, error) {
	head, err := p.take(3)
	if err != nil {
		return "", err
	}
	n, flags := u16(head, 0), head[2]
	runs, extra := 0, 0
	if flags&8 != 0 {
		b, err := p.take(2)
		if err != nil {
			return "", err
		}
		runs = u16(b, 0)
	}
	if flags&4 != 0 {
		b, err := p.take(4)
		if err != nil {
			return "", err
		}
		extra = int(u32(b, 0))
	}
	text, err := p.letters(n, flags&1 != 0)
	if err != nil {
		return "", err
	}
	marks, err := p.take(4 * runs)
	if err != nil {
		return "", err
	}
	text = p.x.marked(text, marks)
	return string(text), p.skip(extra)
}

// letters reads the letters of a text: where they go on in another record, it says anew how wide they are.
func (p *pieces) letters(n int, wide bool) (out []rune, err error) {
	for n > 0 {
		if len(p.body) == 0 {
			if err := p.more(); err != nil {
				return nil, err
			}
			wide, p.body = p.body[0]&1 != 0, p.body[1:]
			continue
		}
		size := 1
		if wide {
			size = 2
		}
		k := min(n, len(p.body)/size)
		if k == 0 {
			return nil, damaged("xls: a letter is cut")
		}
		out = append(out, []rune(letters(p.body[:k*size], wide))...)
		p.body = p.body[k*size:]
		n -= k
	}
	return out, nil
}

func (p *pieces) skip(n int) error {
	for n > 0 {
		if err := p.more(); err != nil {
			return err
		}
		k := min(n, len(p.body))
		p.body, n = p.body[k:], n-k
	}
	return nil
}

// marked raises and strikes out the letters that runs of a font do.
func (x *xls) marked(text []rune, runs []byte) []rune {
	for i := 0; i+4 <= len(runs); i += 4 {
		if f := x.fontAt(u16(runs, i+2)); f != (xlsFont{}) {
			return x.remarked(text, runs)
		}
	}
	return text
}

func (x *xls) remarked(text []rune, runs []byte) []rune {
	var out []byte
	at, font := 0, xlsFont{}
	put := func(to int) {
		to = min(max(to, at), len(text))
		r := richText{raised: font.raised, struck: font.struck}
		for _, c := range text[at:to] {
			out = r.append(out, []byte(xmlText(string(c))))
		}
		at = to
	}
	for i := 0; i+4 <= len(runs); i += 4 {
		put(u16(runs, i))
		font = x.fontAt(u16(runs, i+2))
	}
	put(len(text))
	return []rune(string(out))
}
