package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// The rules by which sentences are chosen. Names stand in a sentence, counts beyond them.
const (
	remarkNames   = 5  // agencies that a sentence names
	remarkTables  = 6  // tables about which there are sentences
	remarkMove    = 3  // places from which a move is worth a sentence
	praisedPlaces = 3  // of the first scorecard
	blamedPlaces  = 3  // from its end
	blamedTasks   = 5  // agencies with the most tasks that are late
	blamedDays    = 30 // by which the latest task of an agency is late
)

// Suggest generates the sentences about a pack from its figures: nhận xét, biểu dương, phê bình. Their keys are those of the rules,
// so that a decision about one holds for newer figures too.
func Suggest(p *Pack) []filing.Sentence {
	g := &suggester{p: p}
	for i := range p.Tables {
		if i < remarkTables {
			g.table(&p.Tables[i])
		}
	}
	g.targets()
	g.tasks()
	g.rounds()
	g.changes()
	g.mentions()
	return g.out
}

type suggester struct {
	p   *Pack
	out []filing.Sentence
}

func (g *suggester) say(kind filing.SentenceKind, key, format string, args ...any) {
	g.out = append(g.out, filing.Sentence{Kind: kind, Key: key, Generated: fmt.Sprintf(format, args...)})
}

// figure is a number with its unit: "68,53 điểm", "91,2%".
func figure(v vi.Decimal, decimals int, unit string) string {
	return withUnit(vi.FormatNumber(v, decimals), unit)
}

// rowFigure is the figure of a ranked agency with its unit: "trên 80%".
func rowFigure(r *ranking.Row, t *ranking.Table) string { return withUnit(r.Print(t.Decimals), t.Unit) }

func withUnit(text, unit string) string {
	switch {
	case unit == "%":
		return text + "%"
	case strings.HasPrefix(unit, "điểm"):
		return text + " điểm"
	case unit == "" || unit == "0-1":
		return text
	}
	return text + " " + unit
}

// names joins names, the first few of many: "A, B và 3 đơn vị khác".
func names(all []string) string {
	switch n := len(all); {
	case n == 0:
		return ""
	case n == 1:
		return all[0]
	case n <= remarkNames:
		return strings.Join(all[:n-1], ", ") + " và " + all[n-1]
	}
	return fmt.Sprintf("%s và %s đơn vị khác", strings.Join(all[:remarkNames], ", "), vi.FormatInt(int64(len(all)-remarkNames)))
}

// known are the ranked agencies that have a value.
func known(t *ranking.Table) []ranking.Row {
	return slices.DeleteFunc(slices.Clone(t.Rows), func(r ranking.Row) bool { return !r.Value.Valid })
}

func tied(rows []ranking.Row, with ranking.Row) (out []string) {
	for _, r := range rows {
		if r.Value == with.Value {
			out = append(out, r.Name)
		}
	}
	return out
}

// table says of a ranking who leads and who is last, what the block reaches, and who moved most.
func (g *suggester) table(t *ranking.Table) {
	rows := known(t)
	if len(rows) < 2 {
		return
	}
	key := t.Code + "/" + t.Block.Code
	first, last := rows[0], rows[len(rows)-1]
	about := lowerFirst(t.Name)
	if t.Scorecard != nil {
		about = t.Name
	}
	c := t.Coverage()
	if !c.Enough() {
		g.say(filing.Remark, "silent:"+key, "Về %s (%s, %s): %s", about, lowerFirst(t.Block.Name), lowerTitle(t.Period), lowerFirst(c.Sentence()))
		return
	}
	within := lowerFirst(t.Block.Name)
	if !c.Full() {
		within += ", có số liệu của " + c.String() + " đơn vị"
	}
	if t.Direction != kpi.Neutral {
		g.say(
			filing.Remark,
			"first:"+key,
			"Về %s (%s, %s): %s dẫn đầu với %s; %s ở cuối bảng với %s.",
			about,
			within,
			lowerTitle(t.Period),
			names(
				tied(rows, first),
			),
			rowFigure(&first, t),
			names(tied(rows, last)),
			rowFigure(&last, t),
		)
	}
	if v := t.Headline().Value; v.Valid {
		text := fmt.Sprintf("%s của %s đạt %s", upperFirst(about), within, figure(v.Decimal, t.Decimals, t.Unit))
		if m := t.Target; m != nil {
			text += fmt.Sprintf(", %s mục tiêu %s của năm %d", reachedText(t.Direction, v.Decimal, m.Value), figure(m.Value, 0, t.Unit), m.Year)
		}
		g.say(filing.Remark, "pooled:"+key, "%s.", text)
	}
	g.moves(t, key)
	if n := silent(t); len(n) > 0 {
		g.say(
			filing.Remark,
			"silent:"+key,
			"Chưa có số liệu %s của %s/%s đơn vị: %s.",
			about,
			vi.FormatInt(int64(len(n))),
			vi.FormatInt(int64(c.Asked)),
			names(n),
		)
	}
}

func reachedText(d kpi.Direction, v, target vi.Decimal) string {
	switch c := v.Cmp(target); {
	case c == 0:
		return "bằng"
	case (c > 0) == (d != kpi.Lower):
		return "đạt"
	}
	return "chưa đạt"
}

func silent(t *ranking.Table) (out []string) {
	for _, n := range t.NotRanked {
		if n.Reason == t.Without() {
			out = append(out, n.Name)
		}
	}
	for _, r := range t.Rows {
		if !r.Value.Valid {
			out = append(out, r.Name)
		}
	}
	return out
}

// moves names who gained and who lost most places.
func (g *suggester) moves(t *ranking.Table, key string) {
	best, worst := 0, 0
	for _, r := range t.Rows {
		if c, ok := r.Change(); ok {
			best, worst = max(best, c), min(worst, c)
		}
	}
	if t.Previous.Period == nil {
		return
	}
	who := func(change int) (out []string) {
		for _, r := range t.Rows {
			if c, ok := r.Change(); ok && c == change {
				out = append(out, fmt.Sprintf("%s (từ hạng %d lên hạng %d)", r.Name, r.PreviousRank, r.Rank))
				if c < 0 {
					out[len(out)-1] = fmt.Sprintf("%s (từ hạng %d xuống hạng %d)", r.Name, r.PreviousRank, r.Rank)
				}
			}
		}
		return out
	}
	if best >= remarkMove {
		g.say(
			filing.Remark,
			"up:"+key,
			"So với %s, tăng hạng nhiều nhất về %s là %s.",
			lowerTitle(*t.Previous.Period),
			lowerFirst(t.Name),
			names(who(best)),
		)
	}
	if worst <= -remarkMove {
		g.say(
			filing.Remark,
			"down:"+key,
			"So với %s, giảm hạng nhiều nhất về %s là %s.",
			lowerTitle(*t.Previous.Period),
			lowerFirst(t.Name),
			names(who(worst)),
		)
	}
}

// targets counts the targets that are reached.
func (g *suggester) targets() {
	var missed []string
	have, met := 0, 0
	for _, l := range g.p.Plan {
		if !l.Value.Valid {
			continue
		}
		have++
		if l.Reached {
			met++
		} else {
			missed = append(missed, lowerFirst(l.Name))
		}
	}
	if have == 0 {
		return
	}
	text := fmt.Sprintf("%d/%d mục tiêu có số liệu đã đạt", met, have)
	if len(missed) > 0 {
		text += "; chưa đạt: " + names(missed)
	}
	g.say(filing.Remark, "targets", "%s.", text)
}

func (g *suggester) tasks() {
	t := g.p.Tasks
	if t == nil || t.Counts.Total() == 0 {
		return
	}
	c := t.Counts
	text := fmt.Sprintf(
		"Đến ngày %s, %s có %s nhiệm vụ: %s đã hoàn thành, %s đang làm trong hạn, %s quá hạn",
		t.Day,
		t.Title,
		vi.FormatInt(int64(c.Total())),
		vi.FormatInt(int64(c.Done())),
		vi.FormatInt(int64(c.Open())),
		vi.FormatInt(int64(c.Overdue)),
	)
	if c.Recurring > 0 {
		text += fmt.Sprintf(", %s thường xuyên", vi.FormatInt(int64(c.Recurring)))
	}
	if rest := c.NoDueDate + c.Suspended; rest > 0 {
		text += fmt.Sprintf(", %s chưa có hạn hoặc tạm dừng", vi.FormatInt(int64(rest)))
	}
	g.say(filing.Remark, "tasks", "%s.", text)
	if len(t.By) > 0 && t.By[0].Counts.Overdue > 0 && g.p.Subject == "" {
		most := t.By[0]
		g.say(
			filing.Remark,
			"tasks:late",
			"Nhiều nhiệm vụ quá hạn nhất: %s (%s nhiệm vụ, lâu nhất %s ngày).",
			most.Name,
			vi.FormatInt(int64(most.Counts.Overdue)),
			vi.FormatInt(int64(most.Counts.MaxLate)),
		)
	}
}

func (g *suggester) rounds() {
	for i := range g.p.Rounds {
		r := &g.p.Rounds[i]
		onTime := 0
		var late, silent []string
		for _, l := range r.Lines {
			switch {
			case l.Sent.IsZero():
				silent = append(silent, l.Name)
			case l.OnTime:
				onTime++
			default:
				late = append(late, l.Name)
			}
		}
		text := fmt.Sprintf("%s: %d/%d đơn vị gửi đúng hạn", r.Name, onTime, len(r.Lines))
		if len(late) > 0 {
			text += "; gửi quá hạn: " + names(late)
		}
		if len(silent) > 0 {
			text += "; chưa gửi: " + names(silent)
		}
		g.say(filing.Remark, "round:"+r.Name, "%s.", text)
	}
}

func (g *suggester) changes() {
	c := g.p.Differences
	if c == nil || len(c.Lines) == 0 {
		return
	}
	var who []string
	figures := 0
	for _, d := range c.Lines {
		if d.Figure {
			figures++
			if !slices.Contains(who, d.AgencyName) {
				who = append(who, d.AgencyName)
			}
		}
	}
	g.say(
		filing.Remark,
		"changes",
		"So với %s, %s số liệu thay đổi (%s), kéo theo %s dòng thay đổi về số liệu hoặc thứ hạng.",
		lowerFirst(c.From),
		vi.FormatInt(int64(figures)),
		names(who),
		vi.FormatInt(int64(len(c.Lines))),
	)
}

// mentions says by rule whom to praise and whom to criticise: the first and the last of the first scorecard, everybody who reported
// late or not at all, and who has tasks that are late for long.
func (g *suggester) mentions() {
	if g.p.Subject != "" {
		return
	}
	if t := g.p.headline(); t != nil {
		rows := known(t)
		third := len(rows) / 3 // of few agencies nobody is both
		for _, r := range rows {
			if r.Rank <= min(praisedPlaces, third) {
				g.say(
					filing.Praise,
					"top:"+string(r.Agency),
					"%s: hạng %d/%d về %s với %s.",
					r.Name,
					r.Rank,
					len(t.Rows),
					t.Name,
					rowFigure(&r, t),
				)
			}
		}
		for _, r := range rows[len(rows)-min(blamedPlaces, third):] {
			g.say(
				filing.Criticism,
				"bottom:"+string(r.Agency),
				"%s: hạng %d/%d về %s với %s.",
				r.Name,
				r.Rank,
				len(t.Rows),
				t.Name,
				rowFigure(&r, t),
			)
		}
	}
	for i := range g.p.Rounds {
		for _, l := range g.p.Rounds[i].Lines {
			switch {
			case l.Sent.IsZero() && l.DaysLate > 0:
				g.say(
					filing.Criticism,
					"silent:"+l.Name,
					"%s: chưa gửi báo cáo (%s), quá hạn %s ngày.",
					l.Name,
					g.p.Rounds[i].Name,
					vi.FormatInt(int64(l.DaysLate)),
				)
			case !l.Sent.IsZero() && !l.OnTime:
				g.say(
					filing.Criticism,
					"late:"+l.Name,
					"%s: gửi báo cáo chậm %s ngày (%s).",
					l.Name,
					vi.FormatInt(int64(l.DaysLate)),
					g.p.Rounds[i].Name,
				)
			}
		}
	}
	if t := g.p.Tasks; t != nil {
		for _, x := range t.By[:min(len(t.By), blamedTasks)] { // most that is late first
			if x.Counts.MaxLate >= blamedDays {
				g.say(
					filing.Criticism,
					"tasks:"+x.Name,
					"%s: %s nhiệm vụ quá hạn, lâu nhất %s ngày.",
					x.Name,
					vi.FormatInt(int64(x.Counts.Overdue)),
					vi.FormatInt(int64(x.Counts.MaxLate)),
				)
			}
		}
	}
}

// Decide puts what somebody decided about sentences to those that the figures give now: the wording of each, those left out, and
// those added. Sentences whose rule says nothing any more are gone, and so is what was decided about them.
func Decide(generated, decided []filing.Sentence) []filing.Sentence {
	type id struct {
		kind filing.SentenceKind
		key  string
	}
	by := map[id]filing.Sentence{}
	for _, d := range decided {
		by[id{d.Kind, d.Key}] = d
	}
	out := slices.Clone(generated)
	for i := range out {
		if d, ok := by[id{out[i].Kind, out[i].Key}]; ok {
			out[i].Text, out[i].Out = d.Text, d.Out
		}
	}
	for _, d := range decided {
		if strings.HasPrefix(d.Key, ByHand) {
			out = append(out, d)
		}
	}
	return out
}

// ByHand begins the keys of sentences that somebody added.
const ByHand = "hand:"

// Stale reports whether a sentence was worded by hand from figures that are others now.
func Stale(now filing.Sentence, decided []filing.Sentence) bool {
	i := slices.IndexFunc(decided, func(d filing.Sentence) bool { return d.Kind == now.Kind && d.Key == now.Key })
	return i >= 0 && now.Text != "" && !strings.HasPrefix(now.Key, ByHand) && decided[i].Generated != now.Generated
}

// Say puts the decided sentences into the pack.
func (p *Pack) Say(decided []filing.Sentence) {
	p.Remarks, p.Praise, p.Criticism = nil, nil, nil
	for _, s := range Decide(Suggest(p), decided) {
		text := cmp.Or(s.Text, s.Generated)
		if s.Out || text == "" {
			continue
		}
		switch s.Kind {
		case filing.Remark:
			p.Remarks = append(p.Remarks, text)
		case filing.Praise:
			p.Praise = append(p.Praise, text)
		case filing.Criticism:
			p.Criticism = append(p.Criticism, text)
		}
	}
}
