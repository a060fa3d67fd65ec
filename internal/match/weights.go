package match

// weights says how heavy words are: rare ones among all targets, and little where every target that is asked for has them.
type weights struct {
	r     *Reader
	every map[int32]bool // of words that the names of all indicators asked for have
}

// weightsOf makes the weights for the targets that may be meant.
func (r *Reader) weightsOf(docs []int, form []string) *weights {
	w := &weights{r: r}
	if len(form) < 3 {
		return w
	}
	count, names := map[int32]int{}, 0
	for _, i := range docs {
		if x := &r.docs[i]; x.target.Part == Value {
			names++
			for _, t := range x.name {
				count[t]++
			}
		}
	}
	w.every = map[int32]bool{}
	for t, n := range count {
		if n*3 >= names*2 {
			w.every[t] = true
		}
	}
	return w
}

// of is the weight of a word.
func (w *weights) of(t int32) int32 {
	n := w.r.weightOf(t)
	if w.every[t] {
		return n / 8
	}
	return n
}

// met weighs those of some words that a heading has, and all of them.
func (w *weights) met(words []int32, inside set) (met, all int32) {
	for _, t := range words {
		n := w.of(t)
		all += n
		if inside.has(t) {
			met += n
		}
	}
	return met, all
}
