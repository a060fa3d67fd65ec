package catalogue

import (
	"fmt"
	"strings"

	"chiso/internal/store"
)

// catalogueGuide is the first sheet of the workbook.
func catalogueGuide(rev store.Revision, tables []catTable) []string {
	out := []string{
		fmt.Sprintf(
			"Danh mục hiện hành, phiên bản dữ liệu %d. Sửa trên tệp này rồi nộp lại; hệ thống cho xem trước mọi thay đổi trước khi nhận.",
			rev.ID,
		),
		"Mỗi trang tính là một bảng đầy đủ: dòng bị xóa khỏi bảng là dòng bị bỏ. Có thể chỉ nộp những trang tính cần sửa; bảng không có trong tệp giữ nguyên.",
		"Không đổi tên trang tính và dòng tiêu đề. Ngày ghi như 30/09/2026; ô trống ở from, to nghĩa là không giới hạn. Hai ngày đầu và cuối đều được tính.",
		"Khi quy định thay đổi từ một ngày: ghi ngày kết thúc (to) cho dòng cũ, thêm dòng mới với ngày bắt đầu (from). Không sửa đè, để số liệu kỳ trước vẫn theo định nghĩa cũ.",
		"", "Các bảng:",
	}
	for _, t := range tables {
		out = append(out, fmt.Sprintf("• %s: %s. Mỗi dòng được nhận ra theo %s.", t.name, t.title, strings.Join(headings(t.keys), ", ")))
		if help := tableHelp(t.name); help != "" {
			out = append(out, "   "+help)
		}
	}
	return out
}

func headings(columns []string) (out []string) {
	for _, c := range columns {
		out = append(out, heading(c))
	}
	return out
}

// tableHelp explains the columns of a table that do not explain themselves.
func tableHelp(table string) string {
	switch table {
	case "indicators":
		return "type: ratio (tỷ lệ), count (số đếm), money (giá trị), score (điểm), yes_no (có/không), rank (thứ hạng). direction: higher, lower, neutral. " +
			"bound_rule: để trống (số in “trên”, “hơn”, “gần”, “khoảng” xếp theo số in), none (không xếp hạng số như thế). accumulation: in_period (trong kỳ), cumulative (lũy kế), year_to_date (từ đầu năm), point (thời điểm). reporter: both, ministry, province, national."
	case "regimes":
		return "kind: dinh_ky, chuyen_de, dot_xuat. cutoff: 15-14 (Nghị định 09/2019/NĐ-CP), calendar, day:20, free. due: working_days:2, day:25, day:31/1, có thể kèm giờ. " +
			"outline: các mục thuyết minh, cách nhau bằng dấu |. coverage: từ bao nhiêu % đơn vị được hỏi thì mới nhận xét chung cho khối; để trống là 80."
	case "form_items":
		return "from: đúng ngày bắt đầu của phiên bản biểu mẫu. input: để trống (theo định nghĩa), parts (tử, mẫu), value (một số), confirm (xác nhận số liệu nguồn khác). " +
			"assigned: mã khối, mã đơn vị được giao chỉ tiêu, cách nhau bằng dấu cách; để trống là mọi đơn vị. " +
			"assigned_by: văn bản giao; có văn bản thì đơn vị khác không phải báo cáo, chưa có thì đơn vị khác thấy ô không bắt buộc."
	case "scorecards":
		return "on_zero (tử số và mẫu số đều bằng 0): để trống (như thiếu số liệu), full (đủ điểm tối đa), zero (0 điểm). " +
			"not_for: cấp đơn vị không chấm tiêu chí này và được điểm tối đa. observed: yes khi cách chấm suy ra từ điểm đã công bố, chưa thấy trong văn bản."
	case "targets":
		return "scope: all (cả nước), block:MÃ_KHỐI, agency:MÃ_ĐƠN_VỊ."
	case "succession":
		return "extent: whole (toàn bộ), part (một phần)."
	case "acts":
		return "number: viết đúng như ở cột Căn cứ của chỉ tiêu. to: ngày cuối còn hiệu lực. successor: số, ký hiệu văn bản thay thế, cũng có dòng trong bảng này. " +
			"verified: yes khi đã đối chiếu văn bản gốc."
	case "identities":
		return "relation: sum (total bằng tổng các terms), at_most (terms không quá total), share (total là tỷ lệ % của phần thứ nhất trên phần thứ hai). " +
			"total, terms: mã chỉ tiêu, cách nhau bằng dấu cách; có form thì là số cột của biểu đó. from, to: ngày cuối của kỳ số liệu. " +
			"tolerance: chênh lệch cho phép khi nguồn làm tròn; khi đó lệch chỉ là cảnh báo."
	case "growth":
		return "Mức tăng, giảm như nguồn in, không tính lại. period, base_period: kỳ của số liệu và kỳ gốc, như 2024, 2023-H1. unit: %, lần, bậc… word: trên, hơn, gần, khoảng. " +
			"origin: nguồn công bố, như của số liệu. text: nguyên văn."
	case "holidays":
		return "kind: holiday (nghỉ lễ, Tết), substitute (nghỉ bù), swap_off (nghỉ hoán đổi), swap_work (làm bù)."
	case "bodies":
		return "role: committee (ban chỉ đạo), office (cơ quan thường trực). scope: để trống, hoặc mã chế độ, nhóm chỉ tiêu."
	}
	return ""
}

// choicesOf lists what the cells of a column may say.
func choicesOf(table, column string) []string {
	switch table + "." + column {
	case "indicators.type":
		return words("ratio count money score yes_no rank")
	case "indicators.direction":
		return words("higher lower neutral")
	case "indicators.accumulation":
		return words("in_period cumulative year_to_date point")
	case "indicators.reporter":
		return words("both ministry province national")
	case "indicators.bound_rule":
		return words("none")
	case "growth.word":
		return words("trên hơn gần khoảng")
	case "regimes.kind":
		return words("dinh_ky chuyen_de dot_xuat")
	case "form_items.input":
		return words("parts value confirm")
	case "scorecards.on_zero":
		return words("full zero")
	case "succession.extent":
		return words("whole part")
	case "holidays.kind":
		return words("holiday substitute swap_off swap_work")
	case "bodies.role":
		return words("committee office")
	}
	return nil
}
