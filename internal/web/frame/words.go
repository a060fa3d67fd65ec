package frame

import (
	"fmt"

	"chiso/internal/vi"
)

// Signed prints a change with its sign: "+1,25", "−0,40", "0,00".
func Signed(d vi.Decimal, decimals int) string {
	switch d.Sign() {
	case 1:
		return "+" + vi.FormatNumber(d, decimals)
	case -1:
		return "−" + vi.FormatNumber(d.Neg(), decimals)
	}
	return vi.FormatNumber(d, decimals)
}

// PlacesText says a number of places: "+2 bậc", "−1 bậc", "0".
func PlacesText(n int) string {
	switch {
	case n > 0:
		return fmt.Sprintf("+%d bậc", n)
	case n < 0:
		return fmt.Sprintf("−%d bậc", -n)
	}
	return "0"
}
