package reporting

import (
	"fmt"

	"chiso/internal/app/notices"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// reviewed refuses a step on a content that somebody changed after whoever acts had looked at it.
func (r *submission) reviewed(code string) error {
	if code == "" {
		return nil
	}
	now, err := r.code()
	if err == nil && now != code {
		err = fault.New(
			fault.Conflict,
			"Nội dung báo cáo vừa thay đổi sau khi bạn xem lại (mã khi xem %s, mã hiện nay %s). Chưa thực hiện; hãy xem lại rồi quyết định.",
			code,
			now,
		)
	}
	return err
}

// code is the version code of the content as it stands.
func (r *submission) code() (string, error) {
	view, err := r.view()
	if err != nil {
		return "", err
	}
	return r.paper(view).Code(), nil
}

// receipt tells the agency that its report was sent: what, when, by whom, under which code. It is mailed to the agency's contacts where a
// mail server is set.
func (r *submission) receipt(tx *store.Tx) error {
	code, err := r.code()
	if err != nil {
		return err
	}
	contacts, err := tx.Contacts()
	if err != nil {
		return err
	}
	last := r.life().Last
	body := fmt.Sprintf(
		"%s đã ký và gửi %s của %s lúc %s. Mã phiên bản: %s. Cơ quan thường trực sẽ tiếp nhận hoặc trả lại kèm lý do; trước khi tiếp nhận, lãnh đạo ký có thể thu hồi.",
		last.Name,
		r.round.Name,
		r.duty.Name,
		last.At.Format("15:04 ngày 02/01/2006"),
		code,
	)
	_, err = r.app.notices.Notify(
		tx,
		store.Notice{Kind: "receipt", Key: fmt.Sprintf("report %d serial %d", r.sub.ID, r.sub.Serial), Agency: r.filer(),
			Subject: "Đã gửi: " + r.round.Name, Body: body, Link: fmt.Sprintf("/desk/%d/%s/receipt", r.round.ID, r.duty.Agency)},
		notices.Recipients(contacts[r.filer()]),
	)
	return err
}
