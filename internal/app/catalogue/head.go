package catalogue

import (
	"slices"
	"strings"

	"chiso/internal/app/ledger"
	"chiso/internal/vi"
)

// columnTitle says in Vietnamese what a column of a catalogue table holds; the code of one that needs no other name.
func columnTitle(column string) string {
	for _, c := range columnTitles {
		if c.Code == column {
			return c.Title
		}
	}
	return column
}

// columnTitles names the columns of the catalogue's tables. A code means the same in all of them.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var columnTitles = []ledger.Choice{
	{
		Code:  "code",
		Title: "Mã",
	}, {Code: "name_vi", Title: "Tên"}, {Code: "name_en", Title: "Tên tiếng Anh"}, {Code: "pillar", Title: "Nhóm"}, {Code: "type", Title: "Loại"},
	{
		Code:  "numerator_vi",
		Title: "Tử số",
	}, {Code: "denominator_vi", Title: "Mẫu số"}, {Code: "unit", Title: "Đơn vị tính"}, {Code: "direction", Title: "Chiều tốt"},
	{
		Code:  "frequency",
		Title: "Tần suất",
	}, {Code: "reporter", Title: "Ai báo cáo"}, {Code: "accumulation", Title: "Cách cộng dồn"}, {Code: "decimals", Title: "Số lẻ"},
	{
		Code:  "subset",
		Title: "Tử số nằm trong mẫu số",
	}, {Code: "min_n", Title: "Mẫu nhỏ nhất"}, {Code: "max_value", Title: "Giá trị lớn nhất"}, {Code: "signed", Title: "Có thể âm"}, {Code: "fixed_denominator", Title: "Mẫu số cố định"}, {Code: "bound_rule", Title: "Xếp hạng số chỉ in cận"},
	{
		Code:  "period",
		Title: "Kỳ",
	}, {Code: "base_period", Title: "Kỳ gốc"}, {Code: "origin", Title: "Nguồn công bố"}, {Code: "word", Title: "Từ chỉ hướng"}, {Code: "text", Title: "Nguyên văn"},
	{
		Code:  "from",
		Title: "Từ ngày",
	}, {Code: "to", Title: "Đến hết ngày"}, {Code: "legal_source", Title: "Căn cứ"}, {Code: "verified", Title: "Đã kiểm chứng"},
	{Code: "note", Title: "Ghi chú"}, {Code: "ranking_source", Title: "Nguồn xếp hạng"},
	{
		Code:  "name",
		Title: "Tên",
	}, {Code: "owner", Title: "Cơ quan chủ quản"}, {Code: "kind", Title: "Loại"}, {Code: "cutoff", Title: "Chốt số liệu"}, {Code: "due", Title: "Hạn nộp"}, {Code: "coverage", Title: "Độ phủ tối thiểu, phần trăm"},
	{Code: "blocks", Title: "Khối báo cáo"}, {Code: "outline", Title: "Mục thuyết minh"}, {Code: "basis", Title: "Căn cứ"},
	{
		Code:  "regime",
		Title: "Chế độ báo cáo",
	}, {Code: "round", Title: "Đợt báo cáo"}, {Code: "form", Title: "Biểu mẫu"}, {Code: "indicator", Title: "Chỉ tiêu"},
	{Code: "order", Title: "Thứ tự"}, {Code: "input", Title: "Cách nhập"}, {Code: "optional", Title: "Không bắt buộc"},
	{Code: "assigned", Title: "Cơ quan được giao"}, {Code: "assigned_by", Title: "Văn bản giao cho cơ quan"},
	{
		Code:  "scope",
		Title: "Phạm vi",
	}, {Code: "year", Title: "Năm"}, {Code: "value", Title: "Giá trị"}, {Code: "source", Title: "Văn bản giao"},
	{
		Code:  "scorecard",
		Title: "Bộ chỉ số",
	}, {Code: "version", Title: "Phiên bản"}, {Code: "block", Title: "Khối"}, {Code: "silence", Title: "Không báo cáo thì"},
	{
		Code:  "component",
		Title: "Thành phần",
	}, {Code: "parent", Title: "Thuộc thành phần"}, {Code: "max_points", Title: "Điểm tối đa"}, {Code: "weight", Title: "Trọng số"},
	{
		Code:  "rule",
		Title: "Cách chấm",
	}, {Code: "cap", Title: "Ngưỡng"}, {Code: "on_missing", Title: "Thiếu số thì"}, {Code: "on_zero", Title: "Tử và mẫu đều bằng 0 thì"}, {Code: "not_for", Title: "Không áp dụng cho cấp"},
	{Code: "rule_basis", Title: "Nguồn của cách chấm"}, {Code: "observed", Title: "Suy ra từ điểm đã công bố"},
	{Code: "round_order", Title: "Thứ tự làm tròn"},
	{
		Code:  "legal_basis",
		Title: "Căn cứ",
	}, {Code: "level", Title: "Cấp"}, {Code: "parts", Title: "Gồm các khối"}, {Code: "special", Title: "Đặc thù"},
	{
		Code:  "agency_id",
		Title: "Đơn vị",
	}, {Code: "official_code", Title: "Mã hành chính"}, {Code: "code_system", Title: "Hệ mã"}, {Code: "dvcqg_code", Title: "Mã trên Cổng DVCQG"},
	{
		Code:  "dvcqg_code_status",
		Title: "Tình trạng mã Cổng",
	}, {Code: "short_name", Title: "Tên gọn"}, {Code: "parent_id", Title: "Đơn vị cấp trên"},
	{Code: "valid_from", Title: "Từ ngày"}, {Code: "valid_to", Title: "Đến hết ngày"}, {Code: "alias", Title: "Tên gọi khác"},
	{
		Code:  "predecessor",
		Title: "Đơn vị cũ",
	}, {Code: "successor", Title: "Đơn vị mới"}, {Code: "on", Title: "Ngày chuyển"}, {Code: "extent", Title: "Toàn bộ hay một phần"},
	{
		Code:  "total",
		Title: "Tổng, vế trái",
	}, {Code: "terms", Title: "Thành phần, vế phải"}, {Code: "relation", Title: "Hệ thức"}, {Code: "tolerance", Title: "Chênh lệch cho phép"},
	{Code: "number", Title: "Số, ký hiệu"}, {Code: "title", Title: "Trích yếu"}, {Code: "ended_by", Title: "Hết hiệu lực theo"},
	{Code: "date", Title: "Ngày"}, {Code: "role", Title: "Vai trò"}, {Code: "short", Title: "Tên gọn"}, {Code: "agency", Title: "Đơn vị"},
}

// heading is what stands above a column in the workbook: "Từ ngày (from)". The code in brackets says which column it is.
func heading(column string) string { return columnTitle(column) + " (" + column + ")" }

// columnOf finds the column that a heading names: by its code, alone or in brackets, or by its Vietnamese title.
func (t catTable) columnOf(text string) string {
	text = vi.Clean(text)
	if before, inside, ok := strings.Cut(text, "("); ok && strings.HasSuffix(inside, ")") && before != "" {
		if code := strings.ToLower(strings.TrimSpace(strings.TrimSuffix(inside, ")"))); slices.Contains(t.columns, code) {
			return code
		}
	}
	if code := strings.ToLower(text); slices.Contains(t.columns, code) {
		return code
	}
	for _, c := range t.columns {
		if text != "" && vi.Fold(text) == vi.Fold(columnTitle(c)) {
			return c
		}
	}
	return strings.ToLower(text)
}
