package kpi

// PillarTitle returns the Vietnamese name of a group of indicators (Indicator.Pillar).
func PillarTitle(code string) string {
	switch code {
	case "chinh_phu_so":
		return "Chính phủ số"
	case "kinh_te_so":
		return "Kinh tế số"
	case "xa_hoi_so":
		return "Xã hội số"
	case "de_an_06":
		return "Đề án 06"
	case "766":
		return "Bộ chỉ số 766"
	case "nq57":
		return "Nghị quyết 57, Nghị quyết 71"
	case "nhiem_vu_cp":
		return "Nhiệm vụ Chính phủ, Thủ tướng giao"
	case "dti":
		return "Chỉ số chuyển đổi số (DTI)"
	case "ke_hoach_ubqg":
		return "Kế hoạch Ủy ban Quốc gia về chuyển đổi số"
	case "dot_xuat":
		return "Báo cáo đột xuất"
	}
	return code
}
