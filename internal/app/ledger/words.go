package ledger

import "chiso/internal/task"

func ProgrammeTitle(code string) string {
	if code == IllustrativeTasks {
		return "Minh họa (không phải số thật)"
	}
	return task.ProgrammeTitle(code)
}

// IllustrativeTasks is the programme of the invented register: it is counted only when asked for by name.
const IllustrativeTasks = task.Illustrative

// RegisterOrigin marks uploads that are registers of tasks and hold no figures.
const RegisterOrigin = "nhiem-vu"
