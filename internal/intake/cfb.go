package intake

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// cfb is an OLE2 compound file, the container of .xls: a small file system in sectors.
type cfb struct {
	data  []byte
	shift int
	fat   []uint32
}

const (
	cfbEnd     = 0xFFFFFFFE
	cfbHeader  = 512
	cfbMini    = 64
	cfbEntry   = 128
	cfbCutoff  = 4096
	maxEntries = 10_000
)

func u16(b []byte, at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }

func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }

// openCFB reads the header and the table of sectors.
func openCFB(data []byte) (*cfb, error) {
	if len(data) < cfbHeader {
		return nil, damaged("compound file of %d bytes", len(data))
	}
	c := &cfb{data: data, shift: u16(data, 30)}
	if c.shift != 9 && c.shift != 12 || u32(data, 56) != cfbCutoff || u16(data, 32) != 6 {
		return nil, damaged("compound file with sectors of 2^%d", c.shift)
	}
	sectors := make([]uint32, 0, 109)
	for i := range 109 {
		sectors = append(sectors, u32(data, 76+4*i))
	}
	per := 1<<c.shift/4 - 1
	for next, n := u32(data, 68), 0; next < cfbEnd && n <= len(data)>>c.shift; n++ {
		s, err := c.sector(next)
		if err != nil {
			return nil, err
		}
		for i := range per {
			sectors = append(sectors, u32(s, 4*i))
		}
		next = u32(s, 4*per)
	}
	for _, n := range sectors {
		if n >= cfbEnd {
			continue
		}
		s, err := c.sector(n)
		if err != nil {
			return nil, err
		}
		if len(c.fat) > len(data)/64 {
			return nil, damaged("compound file: too many sectors")
		}
		for i := range len(s) / 4 {
			c.fat = append(c.fat, u32(s, 4*i))
		}
	}
	return c, nil
}

// sector returns one sector; the last one may be cut.
func (c *cfb) sector(n uint32) ([]byte, error) {
	from := (int64(n) + 1) << c.shift
	to := from + 1<<c.shift
	if from >= int64(len(c.data)) {
		return nil, damaged("compound file: sector %d", n)
	}
	if to > int64(len(c.data)) {
		s := make([]byte, 1<<c.shift)
		copy(s, c.data[from:])
		return s, nil
	}
	return c.data[from:to], nil
}

// chain returns the content of the sectors that follow each other from one on.
func (c *cfb) chain(n uint32) ([]byte, error) {
	var out []byte
	for steps := 0; n < cfbEnd; steps++ {
		s, err := c.sector(n)
		if err != nil {
			return nil, err
		}
		if steps > len(c.data)>>c.shift || int(n) >= len(c.fat) {
			return nil, damaged("compound file: a chain without an end")
		}
		out = append(out, s...)
		n = c.fat[n]
	}
	return out, nil
}

// stream returns the content of the first stream with one of the names.
func (c *cfb) stream(names ...string) ([]byte, error) {
	dir, err := c.chain(u32(c.data, 48))
	if err != nil {
		return nil, err
	}
	for i := range min(len(dir)/cfbEntry, maxEntries) {
		e := dir[i*cfbEntry : (i+1)*cfbEntry]
		length := u16(e, 64)
		if e[66] != 2 || length < 2 || length > 64 {
			continue
		}
		name := utf16le2(e[:length-2])
		for _, want := range names {
			if strings.EqualFold(name, want) {
				return c.content(dir, u32(e, 116), u32(e, 120))
			}
		}
	}
	return nil, fmt.Errorf("%w: no stream %v", errXML, names)
}

// content reads a stream: small ones stand in sectors of their own inside the one of the root.
func (c *cfb) content(dir []byte, start, size uint32) ([]byte, error) {
	if size >= cfbCutoff {
		b, err := c.chain(start)
		if err != nil || int64(len(b)) < int64(size) {
			return nil, damaged("compound file: %d of %d bytes: %v", len(b), size, err)
		}
		return b[:size], nil
	}
	root, err := c.chain(u32(dir, 116))
	if err != nil {
		return nil, err
	}
	table, err := c.chain(u32(c.data, 60))
	if err != nil {
		return nil, err
	}
	var out []byte
	for n := start; n < cfbEnd && len(out) < int(size); {
		from := int64(n) * cfbMini
		if from+cfbMini > int64(len(root)) || int64(n)*4+4 > int64(len(table)) {
			return nil, damaged("compound file: small sector %d", n)
		}
		out = append(out, root[from:from+cfbMini]...)
		n = u32(table, int(n)*4)
	}
	if len(out) < int(size) {
		return nil, damaged("compound file: %d of %d bytes", len(out), size)
	}
	return out[:size], nil
}

// utf16le2 reads letters of two bytes.
func utf16le2(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}
