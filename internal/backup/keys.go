package backup

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"filippo.io/age"

	"chiso/internal/fault"
)

// Recipient is the public key of somebody who may open a backup.
type Recipient = age.Recipient

// Identity is the secret key that opens one.
type Identity = age.Identity

// NewKey makes a key pair for backups. The secret key, in the form of a file of age, opens them; the public key only makes them.
func NewKey() (secret, public string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	public = id.Recipient().String()
	return fmt.Sprintf(
		"# Khóa bí mật mở các bản sao lưu của Chiso. Cất nơi khác máy chủ; mất khóa là không mở được bản sao lưu.\n# public key: %s\n%s\n",
		public,
		id,
	), public, nil
}

// Recipients reads public keys, one a string, and files with one a line.
func Recipients(keys []string, files ...string) (out []Recipient, err error) {
	for _, k := range keys {
		found, err := age.ParseRecipients(strings.NewReader(k))
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "Khóa công khai %q không đúng. Khóa bắt đầu bằng age1…", k)
		}
		out = append(out, found...)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "Không đọc được tệp khóa công khai %s.", name)
		}
		found, err := age.ParseRecipients(bytes.NewReader(data))
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "Tệp khóa công khai %s không đúng: mỗi dòng một khóa age1…", name)
		}
		out = append(out, found...)
	}
	return out, nil
}

// Identities reads files of secret keys.
func Identities(files ...string) (out []Identity, err error) {
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "Không đọc được tệp khóa bí mật %s.", name)
		}
		found, err := age.ParseIdentities(bytes.NewReader(data))
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "Tệp %s không có khóa bí mật AGE-SECRET-KEY-…", name)
		}
		out = append(out, found...)
	}
	return out, nil
}
