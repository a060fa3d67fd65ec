package access

// Action is something that is permitted or not. Every route, call and use case names one.
type Action string

// The actions.
const (
	UsePublic   Action = "use_public"   // sign-in, health, static files
	OwnAccount  Action = "own_account"  // one's own password, sessions, second factor
	ReadRelease Action = "read_release" // what was released, and figures that others have published
	ReadOwn     Action = "read_own"     // an agency's figures, reports and tasks before a release
	ReadTasks   Action = "read_tasks"   // an agency's tasks, and whether it has reported
	ReadLive    Action = "read_live"    // rankings over everybody's newest figures, before a release
	ReadNames   Action = "read_names"   // who entered, signed and received
	EditReport  Action = "edit_report"  // draft figures, narrative, evidence, send to be signed
	SignReport  Action = "sign_report"  // sign and send
	RunRound    Action = "run_round"    // open, extend, lock; call the late ones
	JudgeReport Action = "judge_report" // receive, return, correct
	ImportTable Action = "import_table" // take a published table at once
	KeepMatch   Action = "keep_match"   // see and revoke how an agency's tables are read
	EditRelease Action = "edit_release" // lập bản công bố
	SignRelease Action = "sign_release" // phê duyệt; never by who made it
	Object      Action = "object"       // answer a draft release
	EditCatalog Action = "edit_catalog" // indicators, forms, agencies, blocks, holidays, …
	AssignTask  Action = "assign_task"  // register tasks, decide requests
	UpdateTask  Action = "update_task"  // report on one's own tasks
	ManageUnit  Action = "manage_unit"  // accounts and roles in a subtree
	ReadAudit   Action = "read_audit"   // who did what
	RunSystem   Action = "run_system"   // settings, jobs, accounts anywhere
)

// Actions lists every action in the order of the table.
func Actions() []Action {
	return []Action{UsePublic, OwnAccount, ReadRelease, ReadOwn, ReadTasks, ReadLive, ReadNames, EditReport, SignReport, RunRound, JudgeReport,
		ImportTable, KeepMatch, EditRelease, SignRelease, Object, EditCatalog, AssignTask, UpdateTask, ManageUnit, ReadAudit, RunSystem}
}

type reach int

const (
	byRole reach = iota
	signedIn
	everyone
)

// rule says who may: everyone, whoever signed in, or the holders of one of the roles for the agency or one above it.
type rule struct {
	title string // "… để …": what it is, for sentences
	reach reach
	roles []Role
	alone []Role // of these, for the agency alone and nothing below it
}

// table is the one permission table.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var table = map[Action]rule{
	UsePublic:   {title: "mở trang này", reach: everyone, roles: nil, alone: nil},
	OwnAccount:  {title: "xem tài khoản của mình", reach: signedIn, roles: nil, alone: nil},
	ReadRelease: {title: "xem số liệu đã công bố", reach: signedIn, roles: nil, alone: nil},
	ReadOwn: {
		title: "xem số liệu chưa công bố của đơn vị này",
		reach: byRole,
		roles: []Role{Committee, Reporter, Approver, Office, UnitAdmin},
		alone: []Role{Committee, UnitAdmin},
	},
	ReadTasks: {
		title: "xem nhiệm vụ và tình hình báo cáo của đơn vị này",
		reach: byRole,
		roles: []Role{Committee, Reporter, Approver, Office, UnitAdmin},
		alone: nil,
	},
	ReadLive: {title: "xem số liệu chưa công bố của mọi đơn vị", reach: byRole, roles: []Role{Office}, alone: nil},
	ReadNames: {
		title: "xem tên người nhập, ký và tiếp nhận",
		reach: byRole,
		roles: []Role{Reporter, Approver, Office, UnitAdmin, SystemAdmin},
		alone: nil,
	},
	EditReport:  {title: "lập báo cáo của đơn vị này", reach: byRole, roles: []Role{Reporter}, alone: nil},
	SignReport:  {title: "ký duyệt báo cáo của đơn vị này", reach: byRole, roles: []Role{Approver}, alone: nil},
	RunRound:    {title: "mở, gia hạn hoặc khóa đợt báo cáo", reach: byRole, roles: []Role{Office}, alone: nil},
	JudgeReport: {title: "tiếp nhận hoặc trả lại báo cáo", reach: byRole, roles: []Role{Office}, alone: nil},
	ImportTable: {title: "nạp bảng số liệu", reach: byRole, roles: []Role{Office}, alone: nil},
	KeepMatch:   {title: "xem, bỏ cách đọc tệp của đơn vị này", reach: byRole, roles: []Role{Reporter, Office}, alone: nil},
	EditRelease: {title: "lập bản công bố", reach: byRole, roles: []Role{Office}, alone: nil},
	SignRelease: {title: "phê duyệt bản công bố", reach: byRole, roles: []Role{Office}, alone: nil},
	Object:      {title: "nêu ý kiến về điểm dự kiến của đơn vị này", reach: byRole, roles: []Role{Reporter, Approver}, alone: nil},
	EditCatalog: {title: "sửa danh mục", reach: byRole, roles: []Role{Office}, alone: nil},
	AssignTask:  {title: "giao nhiệm vụ và xử lý đề nghị", reach: byRole, roles: []Role{Office}, alone: nil},
	UpdateTask:  {title: "cập nhật nhiệm vụ của đơn vị này", reach: byRole, roles: []Role{Reporter, Approver}, alone: nil},
	ManageUnit:  {title: "quản lý tài khoản của đơn vị này", reach: byRole, roles: []Role{UnitAdmin, SystemAdmin}, alone: nil},
	ReadAudit:   {title: "xem nhật ký của đơn vị này", reach: byRole, roles: []Role{Office, UnitAdmin, SystemAdmin}, alone: nil},
	RunSystem:   {title: "quản trị hệ thống", reach: byRole, roles: []Role{SystemAdmin}, alone: nil},
}

// Title returns what the action is, as it stands after "không được" or "để".
func (a Action) Title() string { return table[a].title }

// Known reports whether the action is in the table.
func (a Action) Known() bool { _, ok := table[a]; return ok }

// AnyAgency reports whether the action is judged on no agency: it is open to everyone, or to whoever signed in.
func (a Action) AnyAgency() bool { return table[a].reach != byRole }
