package vi_test

import (
	"testing"

	"chiso/internal/vi"
)

func TestParseUnit(t *testing.T) {
	for text, want := range map[string]vi.Unit{
		"Triệu đồng": {6, "dong"}, "(Triệu đồng)": {6, "dong"}, "Đơn vị: Nghìn đồng": {3, "dong"}, "ĐVT: 1000đ": {3, "dong"}, "Đvt: tr.đ": {6, "dong"},
		"(tr.đ)": {6, "dong"}, "trđ": {6, "dong"}, "Triệu đồng - Million dongs": {6, "dong"}, "ĐVT: triệu lượt": {6, "luot"}, "1.000.000 đồng": {6, "dong"},
		"10^6 đồng": {6, "dong"}, "10⁶ đồng": {6, "dong"}, "tỷ đ": {9, "dong"}, "Nghìn tỷ đồng": {12, "dong"}, "%": {0, "%"}, "Million dongs": {6, "dong"},
		"hồ sơ": {0, "ho so"}, "nghìn": {3, ""}, "tỷ USD": {9, "usd"}, "Đơn vị tính/Unit: Tỷ đồng/Billion dongs": {9, "dong"}, "ng.đ": {3, "dong"}, "VND": {0, "dong"},
		"điểm (tối đa 22)": {0, "diem"}, "Trieu dong": {6, "dong"},
	} {
		if got := vi.ParseUnit(text); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

func TestLabelledUnit(t *testing.T) {
	for text, want := range map[string]string{
		"BẢNG TỔNG HỢP (Đơn vị tính: triệu đồng)": "trieu dong", "ĐVT: 1000đ": "1000d", "Đơn vị: Triệu đồng": "trieu dong", "Đvt: tr.đ": "tr.d",
		"Đơn vị báo cáo: Huế": "", "Đơn vị: UBND tỉnh Gia Lai": "", "Đơn vị tính: hồ sơ": "ho so",
	} {
		got, ok := vi.LabelledUnit(text)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q gives %q, %v, want %q", text, got, ok, want)
		}
	}
}
