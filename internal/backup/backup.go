// Package backup keeps backups as files: it seals a stream (compressed, encrypted to the keys of those who may restore it), opens it
// again, writes files that are either whole or not there, and says which old ones are kept. It knows no database: what is inside,
// and what the manifest says, is for others. A sealed file can also be opened with the programs age and zstd.
package backup

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"chiso/internal/fault"
)

// magic is the first line of every backup; the number goes up when an older program could not read the file.
const magic = "chiso backup 1\n"

// longest bounds the line of a manifest.
const longest = 4 << 20

// envelope is the second line: readable without a key. The sealed part begins with the same line, so that it cannot be exchanged.
type envelope struct {
	Encrypted  bool            `json:"encrypted"`
	Compressed bool            `json:"compressed"`
	Manifest   json.RawMessage `json:"manifest"`
}

// Sealing is how a backup is written.
type Sealing struct {
	To    []Recipient // who can open it; none writes it without encryption
	Plain bool        // without compression: to be read by people
}

// Writer seals what is written to it. Close ends the backup; without it the file cannot be opened.
type Writer struct {
	io.Writer
	closers []io.Closer // the innermost first
}

// NewWriter begins a backup with its manifest.
func NewWriter(w io.Writer, manifest any, s Sealing) (*Writer, error) {
	inner, err := json.Marshal(manifest)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(envelope{Encrypted: len(s.To) > 0, Compressed: !s.Plain, Manifest: inner})
	if err != nil {
		return nil, err
	}
	head = append(head, '\n')
	if _, err := w.Write(append([]byte(magic), head...)); err != nil {
		return nil, err
	}
	out := &Writer{Writer: w}
	if len(s.To) > 0 {
		sealed, err := age.Encrypt(out.Writer, s.To...)
		if err != nil {
			return nil, err
		}
		out.push(sealed)
	}
	if !s.Plain {
		packed, err := zstd.NewWriter(out.Writer, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		out.push(packed)
	}
	_, err = out.Write(head)
	return out, err
}

func (w *Writer) push(next io.WriteCloser) {
	w.Writer, w.closers = next, append([]io.Closer{next}, w.closers...)
}

// Close ends the backup. It does not close what the backup is written to.
func (w *Writer) Close() error {
	var errs []error
	for _, c := range w.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// Reader is a backup whose manifest was read.
type Reader struct {
	Encrypted bool
	envelope  envelope
	head      []byte
	from      *bufio.Reader
}

// NewReader reads what stands before the sealed part.
func NewReader(r io.Reader) (*Reader, error) {
	b := &Reader{from: bufio.NewReaderSize(r, 64<<10)}
	start, err := b.from.Peek(len(magic))
	switch {
	case err != nil || !bytes.HasPrefix(start, []byte("chiso backup ")):
		return nil, fault.New(fault.Unreadable, "Tệp không phải bản sao lưu của Chiso.")
	case string(start) != magic:
		return nil, fault.New(fault.Unready, "Bản sao lưu có dạng mới hơn chương trình này. Hãy dùng bản chương trình mới hơn.")
	}
	if _, err := b.from.Discard(len(magic)); err != nil {
		return nil, err
	}
	if b.head, err = line(b.from); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b.head, &b.envelope); err != nil {
		return nil, broken(err)
	}
	b.Encrypted = b.envelope.Encrypted
	return b, nil
}

// line reads a line of bounded length.
func line(r *bufio.Reader) ([]byte, error) {
	var out []byte
	for {
		p, err := r.ReadSlice('\n')
		out = append(out, p...)
		switch {
		case err == nil:
			return out, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, broken(err)
		case len(out) > longest:
			return nil, broken(errors.New("the manifest is too long"))
		}
	}
}

func broken(err error) error {
	return fault.Wrap(err, fault.Unreadable, "Bản sao lưu hỏng hoặc bị cắt ngắn. Hãy dùng bản khác.")
}

// Manifest reads the manifest into what it was made of.
func (b *Reader) Manifest(into any) error {
	if err := json.Unmarshal(b.envelope.Manifest, into); err != nil {
		return broken(err)
	}
	return nil
}

// Open opens the sealed part with one of the keys; a backup that is not encrypted needs none. What is read from it is authentic up to
// io.EOF, which comes only at the true end. close frees its memory.
func (b *Reader) Open(keys []Identity) (body io.Reader, close func(), err error) {
	close = func() {}
	var r io.Reader = b.from
	if b.envelope.Encrypted {
		if len(keys) == 0 {
			return nil, close, fault.New(fault.Usage, "Bản sao lưu được mã hóa. Hãy chỉ tệp khóa bí mật bằng --identity hoặc CHISO_BACKUP_IDENTITY.")
		}
		if r, err = age.Decrypt(r, keys...); err != nil {
			var none *age.NoIdentityMatchError
			if errors.As(err, &none) {
				return nil, close, fault.Wrap(
					err,
					fault.Forbidden,
					"Không khóa nào mở được bản sao lưu này. Hãy tìm khóa bí mật ứng với khóa công khai đã dùng khi sao lưu.",
				)
			}
			return nil, close, broken(err)
		}
	}
	if b.envelope.Compressed {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
		if err != nil {
			return nil, close, broken(err)
		}
		close, r = z.Close, z
	}
	inside := bufio.NewReaderSize(r, 64<<10)
	head, err := line(inside)
	if err != nil {
		return nil, close, err
	}
	if !bytes.Equal(head, b.head) {
		return nil, close, fault.New(fault.Unreadable, "Bản kê ở đầu tệp sao lưu đã bị sửa: khác với bản kê bên trong. Hãy dùng bản khác.")
	}
	return faulty{inside}, close, nil
}

// faulty gives what goes wrong while reading its sentence.
type faulty struct{ r io.Reader }

// Read reads on.
func (f faulty) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = broken(fmt.Errorf("read: %w", err))
	}
	return n, err
}
