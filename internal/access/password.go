package access

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// MinPassword is how many letters, digits and signs a password has at least; MaxPassword how many bytes at most.
const (
	MinPassword = 12
	MaxPassword = 256
)

// commonWords are what people take first. The list is ours: the words and keyboard runs that head every published list of leaked
// passwords, and their Vietnamese counterparts, without the digits and signs that people put around them. A password that is such a
// word, repeated or with digits and signs around it, is as common as the word.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var commonWords = strings.Fields(`
	password passwort passw0rd p@ssw0rd pass matkhau mk mypassword admin administrator root user guest test demo welcome login letmein
	changeme default secret master system server database chiso chuyendoiso quantri quantrihethong vanphong coquan
	qwerty qwertyuiop qwertyui asdfgh asdfghjkl asdf zxcvbn zxcvbnm qwe qweasd qweasdzxc qazwsx qazwsxedc abc abcd abcdef abcxyz xyz
	iloveyou loveyou love anhyeuem emyeuanh yeuem yeuanh khongbiet khongco vietnam vietnamvodich hanoi saigon danang hochiminh bacho tphcm
	monkey dragon sunshine princess football baseball superman batman shadow michael ninja trustno starwars computer internet google facebook zalo
	conchimnon nguyenvana nguyen tranvana chaomung xinchao hello helloworld hihi haha aaaa`)

// CheckPassword says why a password is too weak for an account; nil when it is not.
func CheckPassword(password string, about ...string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fault.New(fault.Invalid, "Mật khẩu phải có ít nhất %d ký tự. Một câu ngắn dễ nhớ là tốt nhất.", MinPassword)
	case len(password) > MaxPassword:
		return fault.New(fault.Invalid, "Mật khẩu dài quá. Hãy dùng tối đa %d ký tự.", MaxPassword/2)
	case common(plain(password), about):
		return fault.New(
			fault.Invalid,
			"Mật khẩu này quá dễ đoán. Hãy ghép vài từ không liên quan, đừng dùng từ phổ biến, dãy phím hay tên của bạn.",
		)
	}
	return nil
}

// plain is a password without case, diacritics and spaces.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, vi.Fold(s))
}

func common(p string, about []string) bool {
	if few(p) || run(p) {
		return true
	}
	core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(core) < 4 && len(p) < 20 { // digits and signs with hardly a letter: a date, a telephone number
		return true
	}
	words := commonWords
	for _, a := range about {
		if a = plain(a); len(a) >= 3 {
			words = append([]string{a}, words...)
		}
	}
	for _, w := range words {
		if rest := strings.ReplaceAll(core, plain(w), ""); len(rest) < 3 || rest == core && core == w {
			return true
		}
	}
	return false
}

// few reports whether a text is made of no more than three different letters, digits and signs.
func few(s string) bool {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen) <= 3
}

// run reports whether a text only counts up or down: 1234…, abcdef….
func run(s string) bool {
	rs := []rune(s)
	steps := 0
	for i := 1; i < len(rs); i++ {
		if d := rs[i] - rs[i-1]; d == 1 || d == -1 || d == 0 || d == -9 || d == 9 {
			steps++
		}
	}
	return steps >= len(rs)-2
}

// CheckName says why a text cannot be the name of an account; nil when it can.
func CheckName(name string) error {
	ok := len(name) >= 2 && len(name) <= 40
	for i, r := range name {
		letter := r >= 'a' && r <= 'z'
		if !letter && (r < '0' || r > '9') && (i == 0 || !strings.ContainsRune("-._@", r)) {
			ok = false
		}
	}
	if !ok || strings.HasPrefix(name, "chiso-") {
		return fault.New(
			fault.Invalid,
			"Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, chữ số, dấu - . _ hoặc @, ví dụ nguyen.van.an. Hãy sửa “%s”.",
			name,
		)
	}
	return nil
}
