package vi

import "math/big"

// Rat returns d as an exact rational, for arithmetic that the fast paths cannot hold.
func (d Decimal) Rat() *big.Rat {
	if d.scale == 0 {
		return new(big.Rat).SetInt64(d.coef)
	}
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.scale)), nil)
	return new(big.Rat).SetFrac(big.NewInt(d.coef), den)
}
