package account

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// seals keeps secrets of people closed to whoever reads the database: AES-256-GCM under keys of the settings, bound to the account. The
// first key seals, every key opens, so that a key can be replaced. Without a key secrets are kept as they are.
type seals []sealKey

type sealKey struct {
	name string // begins what it has sealed
	aead cipher.AEAD
}

// sealed begins every sealed secret; then follow the key's name and the text.
const sealed = "sealed:"

// newSeals reads keys of 32 bytes in base64.
func newSeals(keys []string) (out seals, err error) {
	for _, k := range keys {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(k))
		if err != nil || len(raw) != 32 {
			return nil, fault.New(
				fault.Usage,
				"CHISO_SECRET_KEY phải là 32 byte ở dạng base64 (nhiều khóa cách nhau bằng dấu phẩy, khóa mới đứng đầu). Tạo khóa: openssl rand -base64 32",
			)
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		out = append(out, sealKey{HashToken("chiso seal " + string(raw))[:8], aead})
	}
	return out, nil
}

func (s seals) seal(secret, account string) string {
	if len(s) == 0 || secret == "" {
		return secret
	}
	nonce := make([]byte, s[0].aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return sealed + s[0].name + ":" + base64.RawStdEncoding.EncodeToString(s[0].aead.Seal(nonce, nonce, []byte(secret), []byte(account)))
}

var errSealed = errors.New("app: sealed under a key that the settings do not have")

// open returns a secret, and whether it should be sealed anew: it is open, or under an earlier key.
func (s seals) open(text, account string) (secret string, stale bool, err error) {
	rest, ok := strings.CutPrefix(text, sealed)
	if !ok {
		return text, text != "" && len(s) > 0, nil
	}
	name, body, _ := strings.Cut(rest, ":")
	raw, err := base64.RawStdEncoding.DecodeString(body)
	if err != nil {
		return "", false, err
	}
	for i, k := range s {
		if n := k.aead.NonceSize(); k.name == name && len(raw) > n {
			plain, err := k.aead.Open(nil, raw[:n], raw[n:], []byte(account))
			return string(plain), i > 0, err
		}
	}
	return "", false, fault.Wrap(
		errSealed,
		fault.Unready,
		"Máy chủ không có khóa (CHISO_SECRET_KEY) để đọc xác thực hai lớp của tài khoản này. Hãy dùng mã dự phòng, hoặc nhờ quản trị đặt lại xác thực hai lớp.",
	)
}

// SealSecrets seals what is still open or under an earlier key, and says how many secrets it sealed and how many it has no key for.
func (a *Room) SealSecrets(ctx context.Context) (done, lost int, err error) {
	defer fault.Context(&err, "account.SealSecrets")
	all, err := a.Store.Accounts(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, acc := range all {
		secret, stale, err := a.seals.open(acc.TOTP, acc.Name)
		switch {
		case err != nil:
			lost++
			continue
		case !stale:
			continue
		}
		err = a.Store.People(ctx, func(p *store.People) error {
			now, err := p.Account(acc.ID)
			if err != nil || now.TOTP != acc.TOTP { // another copy was faster
				return err
			}
			now.TOTP = a.seals.seal(secret, acc.Name)
			return p.SaveAccount(now)
		})
		if err != nil {
			return done, lost, err
		}
		done++
	}
	return done, lost, nil
}
