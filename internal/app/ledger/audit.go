package ledger

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// AuditQuery filters the audit. Zero fields do not filter.
type AuditQuery struct {
	Account  string
	Action   string
	Agency   agency.ID
	From, To vi.Date    // both inclusive
	Before   AuditPlace // Next of the page before
}

// AuditPlace is the place of a line in the audit, for the page that follows it.
type AuditPlace = store.AuditPlace

// ParseAuditPlace reads a place as PrintAuditPlace prints it, false for nonsense.
func ParseAuditPlace(s string) (p AuditPlace, ok bool) {
	f := strings.Split(s, ".")
	if len(f) != 3 {
		return p, false
	}
	at, err1 := strconv.ParseInt(f[0], 10, 64)
	seq, err2 := strconv.ParseInt(f[2], 10, 64)
	return AuditPlace{At: at, Chain: store.Chain(f[1]), Seq: seq}, err1 == nil && err2 == nil
}

// PrintAuditPlace prints a place for an address.
func PrintAuditPlace(p AuditPlace) string { return fmt.Sprintf("%d.%s.%d", p.At, p.Chain, p.Seq) }

// AuditPage is one page of the audit.
type AuditPage struct {
	Lines    []AuditLine
	Agencies []Choice // whose lines the actor may read
	Actions  []Choice
	Next     AuditPlace // asks for the page that follows; zero on the last
}

// AuditLine is one line of the audit as somebody reads it.
type AuditLine struct {
	At         time.Time
	Chain      string
	Seq        int64
	Account    string // "" for those who may not read names
	Action     string
	Agency     agency.ID
	AgencyName string
	Target     string
	Detail     string
	Revision   int64
}

// auditActions are the actions with their names, in the order of the choice.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var auditActions = []Choice{
	{
		Code:  "sign_in",
		Title: "Đăng nhập",
	}, {Code: "sign_in_failed", Title: "Đăng nhập không thành công"}, {Code: "sign_out", Title: "Đăng xuất"},
	{
		Code:  "refused",
		Title: "Bị từ chối",
	}, {Code: "set_password", Title: "Đặt mật khẩu"}, {Code: "bind_identity", Title: "Gắn với đăng nhập chung"},
	{
		Code:  "second_factor_on",
		Title: "Bật xác thực hai lớp",
	}, {Code: "second_factor_changed", Title: "Thay xác thực hai lớp"}, {Code: "second_factor_off", Title: "Tắt xác thực hai lớp"},
	{Code: "add_account", Title: "Lập tài khoản"}, {Code: "edit_account", Title: "Sửa tài khoản"}, {Code: "new_link", Title: "Cấp đường dẫn"},
	{
		Code:  "grant",
		Title: "Giao vai trò",
	}, {Code: "end_grant", Title: "Kết thúc vai trò"}, {Code: "reset_second_factor", Title: "Đặt lại xác thực hai lớp"},
	{Code: "disable", Title: "Khóa tài khoản"}, {Code: "enable", Title: "Mở khóa tài khoản"},
	{
		Code:  "lift_lock",
		Title: "Mở khóa đăng nhập",
	}, {Code: "password_failed", Title: "Nhập sai mật khẩu hiện tại"}, {Code: "end_session", Title: "Kết thúc phiên"},
	{
		Code:  "hand_over",
		Title: "Bàn giao",
	}, {Code: "upload", Title: "Nộp tệp"}, {Code: "accept", Title: "Ghi nhận tệp"}, {Code: "import", Title: "Nạp số liệu"},
	{Code: "catalogue", Title: "Sửa danh mục"}, {Code: "change", Title: "Thay đổi số liệu"}, {Code: "baseline", Title: "Lập mốc băm"},
	{
		Code:  "report_opened",
		Title: "Lập báo cáo",
	}, {Code: "report_submit", Title: "Trình duyệt báo cáo"}, {Code: "report_take_back", Title: "Rút lại báo cáo để sửa"},
	{
		Code:  "report_approve",
		Title: "Đồng ý báo cáo",
	}, {Code: "report_refuse", Title: "Yêu cầu sửa báo cáo"}, {Code: "report_sign", Title: "Ký, gửi báo cáo"},
	{
		Code:  "report_withdraw",
		Title: "Thu hồi báo cáo",
	}, {Code: "report_receive", Title: "Tiếp nhận báo cáo"}, {Code: "report_return", Title: "Trả lại báo cáo"},
	{
		Code:  "report_correct",
		Title: "Đính chính báo cáo",
	}, {Code: "report_paper", Title: "Nộp bản ký"}, {Code: "report_answer", Title: "Trả lời kiến nghị"},
	{
		Code:  "report_file",
		Title: "Đưa tệp vào dự thảo",
	}, {Code: "report_none", Title: "Ghi không phát sinh"}, {Code: "report_undo", Title: "Hoàn tác trong dự thảo"},
	{Code: "report_chain", Title: "Đặt chuỗi duyệt"}, {Code: "contacts", Title: "Đặt đầu mối liên hệ"},
	{Code: "match", Title: "Nhớ cách đọc tệp"}, {Code: "match_revoked", Title: "Bỏ cách đọc tệp đã nhớ"},
	{
		Code:  "round_opened",
		Title: "Mở đợt báo cáo",
	}, {Code: "round_changed", Title: "Đổi thời gian của đợt"}, {Code: "round_extended", Title: "Gia hạn nộp báo cáo"},
	{
		Code:  "round_locked",
		Title: "Khóa kỳ báo cáo",
	}, {Code: "round_unlocked", Title: "Mở khóa kỳ báo cáo"}, {Code: "call", Title: "Gọi đôn đốc"},
	{
		Code:  "release_made",
		Title: "Lập bản công bố",
	}, {Code: "release_changed", Title: "Sửa bản công bố"}, {Code: "release_objections", Title: "Lấy ý kiến bản công bố"},
	{Code: "objection", Title: "Nêu ý kiến về số liệu dự kiến"}, {Code: "objection_answered", Title: "Trả lời ý kiến"},
	{
		Code:  "release_approved",
		Title: "Phê duyệt bản công bố",
	}, {Code: "release_begun", Title: "Bản công bố có hiệu lực"}, {Code: "release_withdrawn", Title: "Rút bản công bố"},
	{Code: "release_document", Title: "Nộp văn bản công bố"}, {Code: "job_retried", Title: "Chạy lại tác vụ"},
	{Code: "backup", Title: "Sao lưu"}, {Code: "restore", Title: "Khôi phục từ bản sao lưu"},
	{Code: "task", Title: "Cập nhật nhiệm vụ"}, {Code: "tasks", Title: "Nạp danh mục nhiệm vụ"},
	{Code: "gap_explained", Title: "Giải trình chênh lệch"}, {Code: "gap_accepted", Title: "Đồng ý giải trình chênh lệch"},
	{
		Code:  "pack_built",
		Title: "Dựng bộ báo cáo",
	}, {Code: "pack_saved", Title: "Sửa bộ báo cáo"}, {Code: "pack_sentences", Title: "Sửa câu nhận định"},
	{Code: "pack_dropped", Title: "Bỏ bộ báo cáo"},
}

// ActionTitle returns the Vietnamese name of an action of the audit; the code of an unknown one.
func ActionTitle(code string) string {
	for _, c := range auditActions {
		if c.Code == code {
			return c.Title
		}
	}
	return code
}

// auditLines is how many lines stand on a page; auditScan how many are looked through for them.
const auditLines, auditScan = 100, 5000

// Audit returns the lines that the actor may read: those about agencies in reach; those about nobody in particular belong to
// the nation.
func (a *Ledger) Audit(ctx context.Context, q AuditQuery) (_ *AuditPage, err error) {
	defer fault.Context(&err, "ledger.Audit")
	g, err := a.Ground(ctx)
	if err != nil {
		return nil, err
	}
	who := access.From(ctx)
	if !g.Somewhere(who, access.ReadAudit) {
		return nil, g.Check(who, access.ReadAudit, access.At(who.Agency))
	}
	c, err := a.Names(ctx)
	if err != nil {
		return nil, err
	}
	out := &AuditPage{Agencies: a.AgenciesFor(c, g, who, access.ReadAudit), Actions: auditActions}
	sq := store.AuditQuery{Account: q.Account, Action: q.Action, Agency: q.Agency, Before: q.Before, Limit: auditScan}
	if q.From != 0 {
		sq.From = a.midnight(q.From)
	}
	if q.To != 0 {
		sq.To = a.midnight(q.To.AddDays(1))
	}
	entries, err := a.Store.Entries(ctx, sq)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		at := access.Target{Agency: e.Agency}
		if e.Agency == "" {
			at.Agency = agency.Nation
		}
		if !g.May(who, access.ReadAudit, at) {
			continue
		}
		if len(out.Lines) == auditLines {
			last := out.Lines[auditLines-1]
			out.Next = AuditPlace{At: last.At.UnixMicro(), Chain: store.Chain(last.Chain), Seq: last.Seq}
			break
		}
		l := AuditLine{
			At:       e.At,
			Chain:    string(e.Chain),
			Seq:      e.Seq,
			Action:   e.Action,
			Agency:   e.Agency,
			Target:   e.Target,
			Detail:   e.Detail,
			Revision: e.Revision,
		}
		if g.May(who, access.ReadNames, at) {
			l.Account = e.Account
		}
		if c != nil && e.Agency != "" {
			l.AgencyName = c.Agencies.Name(e.Agency, g.Day)
		}
		out.Lines = append(out.Lines, l)
	}
	if out.Next == (AuditPlace{}) && len(entries) == auditScan {
		out.Next = entries[len(entries)-1].Place()
	}
	return out, nil
}

// midnight is when a day begins in Viet Nam.
func (a *Ledger) midnight(d vi.Date) time.Time {
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 0, 0, 0, 0, a.Zone)
}
