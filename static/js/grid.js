// The page of a report: <form data-report> with rows <tr data-cell="7"> whose fields end in "-7", and texts. The form works without this;
// here everything is saved when its field was left or after a pause, keys move between cells, and a block from a sheet is placed by the server.
import { pasting } from "./paste.js";
import { createQueue } from "./queue.js";
import { answeredText } from "./texts.js";

const form = document.querySelector("form[data-report]");
const state = document.querySelector("[data-grid-state]");
document.documentElement.classList.add("js");

const rows = () => [...form.querySelectorAll("tr[data-cell]")].filter((r) => r.querySelector("input"));
const field = (row, name) => row.querySelector(`[name="${name}-${row.dataset.cell}"]`);

function says(row, cell) {
  const list = row.querySelector("[data-says]");
  const line = (kind, label, text) => {
    const li = document.createElement("li");
    li.className = kind;
    const strong = document.createElement("strong");
    strong.textContent = `${label} `;
    li.append(strong, text);
    return li;
  };
  list.replaceChildren(
    ...(cell.returned ? [line("says-bad", "Trả lại:", cell.returned)] : []),
    ...cell.faults.map((t) => line("says-bad", "Lỗi:", t)),
    ...cell.warnings.map((t) => line("says-warn", "Cảnh báo:", t)),
  );
  field(row, "why")?.toggleAttribute("data-why-idle", !cell.warnings.length && !cell.explained && !cell.returned);
}

// show puts an answer into its row. What the person is typing now stays; of a conflict everything that was typed stays. A block was put into
// the field of the cursor, too.
function show(row, cell, sent, all, block) {
  row.className = cell.class;
  says(row, cell);
  field(row, "seen").value = cell.version;
  const take = field(row, "take");
  const taken = take?.checked && !cell.conflict;
  if (take) take.checked = false; // it holds once, for a blank cell
  const shown = row.querySelector("[data-shown]");
  if (shown) shown.textContent = cell.shown;
  for (const [name, value] of [["num", cell.numerator], ["den", cell.denominator], ["val", cell.value], ["note", cell.note], ["why", cell.explained],
    ["stance", cell.stance], ["dispute", cell.dispute]]) {
    const input = field(row, name);
    if (!input) continue;
    const stands = input.value === sent[input.name] || (taken && name === "note");
    if (all || ((block || input !== document.activeElement) && stands && !cell.conflict)) input.value = value;
    if (name === "note" && value) input.closest("details").open = true;
    if (!input.matches("[data-col]")) continue;
    input.toggleAttribute("aria-invalid", false);
    if (cell.faults.length) input.setAttribute("aria-invalid", "true");
    if (name === "val" && field(row, "num")) input.hidden = !input.value && input !== document.activeElement; // a rate, where there are no parts
  }
}

// answered puts the server's answer into a unit; it returns what is wrong, undefined when the unit is saved.
function answered(el, answer, sent) {
  if (!el.dataset.cell) return answeredText(el, answer, sent, () => [...form.querySelectorAll("[data-unit]")]);
  const cell = answer.cells.find((c) => String(c.definition) === el.dataset.cell);
  if (!cell) return undefined;
  show(el, cell, sent);
  if (state) state.textContent = `${el.querySelector("th").firstChild.textContent.trim()}: ${[...cell.faults, ...cell.warnings][0] ?? cell.shown}. ${answer.sentence}`;
  return cell.conflict ? { sentence: cell.conflict, take: () => show(el, cell, sent, true) } : undefined;
}

const queue = createQueue(form, { answered, state: document.querySelector("[data-save-state]") ?? document.createElement("output") });

// A dispute without a reason waits for it.
const waits = (e) => e.target.name.startsWith("stance-") && e.target.value === "disputed" && !field(e.target.closest("tr"), "dispute").value;

form.addEventListener("input", (e) => {
  const unit = e.target.closest("[data-unit]");
  if (unit && e.target.name && !e.target.matches("[data-col], select, [type=checkbox]")) queue.touch(unit, false);
  else if (unit && e.target.matches("[data-col]")) queue.typing(unit);
});
form.addEventListener("change", (e) => {
  const unit = e.target.closest("[data-unit]");
  if (unit && e.target.name && !waits(e)) queue.touch(unit, true);
});

// Whatever button or link somebody presses: what they typed is saved first. What cannot be saved holds them here, and says so.
let going = false;
document.addEventListener("submit", async (e) => {
  if (e.target !== form) return;
  if (going) {
    e.preventDefault(); // pressed twice
    e.stopImmediatePropagation();
    return;
  }
  going = true;
  if (!queue.unsent().length) {
    setTimeout(() => (going = false), 5000); // a file that comes back does not leave the page
    return;
  }
  e.preventDefault();
  e.stopImmediatePropagation();
  const saves = new URL(e.submitter?.formAction ?? form.action).pathname === new URL(form.action).pathname; // a button that only saves is done then
  const done = await saved();
  going = false;
  if (done && !saves) form.requestSubmit(e.submitter);
}, true);
addEventListener("pageshow", () => (going = false));

async function saved() {
  if (await queue.drain()) return true;
  const first = queue.first();
  first.scrollIntoView({ block: "center" });
  first.querySelector("input:not([type=hidden]), textarea")?.focus();
  return false;
}

document.addEventListener("click", async (e) => {
  const a = e.target.closest?.("a[href]");
  const plain = a && !a.target && !a.hasAttribute("download") && a.dataset.leave === undefined && !e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0;
  if (!plain || !queue.unsent().length || (a.pathname === location.pathname && a.hash)) return;
  e.preventDefault();
  if (await queue.drain()) location.assign(a.href);
  else location.href = a.href; // beforeunload asks
});

// Notes stay out of the way of the keys until somebody wants them: the button above the grid opens all of them.
const folds = [...form.querySelectorAll(".note-fold")];
for (const fold of folds) fold.querySelector("summary").tabIndex = fold.open ? 0 : -1;
const unfold = document.querySelector("[data-notes]");
if (unfold) {
  unfold.hidden = !folds.length;
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-expanded") !== "true";
    unfold.setAttribute("aria-expanded", String(open));
    for (const fold of folds) {
      fold.open = open || Boolean(fold.querySelector("input").value);
      fold.querySelector("summary").tabIndex = fold.open ? 0 : -1;
    }
  });
}

// A reason, a block and the like are sent by their own button: they are kept as they stand until then.
const keepKey = `chiso-unsent-keep|${form.dataset.account}|${form.dataset.report}`;
const kept = form.querySelectorAll("[data-keep]");
form.addEventListener("input", (e) => {
  if (!e.target.matches("[data-keep]")) return;
  try {
    sessionStorage.setItem(keepKey, JSON.stringify(Object.fromEntries([...kept].filter((f) => f.value).map((f) => [f.id, f.value]))));
  } catch {
    // storage refused: the field itself still holds it
  }
});

function comeBack() {
  const byKey = (key) => form.querySelector(`[data-unit="${CSS.escape(key)}"]`);
  const homeless = queue.restore((key, sent) => {
    const twin = key === "proposal-new" && sent && [...form.querySelectorAll("li[data-unit] textarea")].find((f) => f.value === sent["proposal-new"]);
    return twin ? twin.closest("[data-unit]") : byKey(key);
  });
  for (const el of form.querySelectorAll("[data-refused]")) queue.refuse(el, "Phần này chưa được ghi.");
  const box = document.querySelector("[data-kept-input]");
  for (const { values } of homeless) {
    const words = Object.entries(values).filter(([n, v]) => v && /^(num|den|val|note|why|text|proposal)-/.test(n)).map(([, v]) => v);
    if (!words.length) continue;
    const p = document.createElement("p");
    p.className = "finding finding-warning keep-lines";
    p.textContent = `Bạn đã gõ nhưng chưa ghi được, và chỗ đó không còn sửa được: ${words.join(" | ")}`;
    box.append(p);
    box.hidden = false;
  }
  if (new URLSearchParams(location.search).has("done")) sessionStorage.removeItem(keepKey);
  for (const [id, value] of Object.entries(JSON.parse(sessionStorage.getItem(keepKey) ?? "{}"))) {
    const f = document.getElementById(id);
    if (f && (!f.value || f.matches("select"))) f.value = value;
  }
}
comeBack();
form.dataset.queue = "ready"; // for tests

// The arrows up and down go to the same column of the next row; left and right leave a cell at its ends.
function move(input, down, across) {
  const cells = [...form.querySelectorAll("input[data-col]:not([hidden])")];
  if (across) return cells[cells.indexOf(input) + across];
  const column = cells.filter((c) => c.dataset.col === input.dataset.col);
  return column[column.indexOf(input) + down];
}

// Enter goes to the next figure that is owed: an empty one of a row that must be filled in, or one that is refused; after the last, to the
// bar with what comes next.
function owed(input, back) {
  const cells = [...form.querySelectorAll("input[data-col]:not([hidden])")];
  const waits = (c) => {
    const row = c.closest("tr");
    return c !== input && (c.getAttribute("aria-invalid") === "true" || (row.hasAttribute("data-owed") && !c.value && !given(row)));
  };
  const at = cells.indexOf(input);
  const there = back ? cells.slice(0, at).reverse() : cells.slice(at + 1);
  return there.find(waits) ?? (back ? there[0] : form.querySelector(".report-bar button:not(.plain-only)"));
}

// A row in which nothing occurred, or a bare rate stands, owes no other part.
const given = (row) => {
  const [num, den, val] = ["num", "den", "val"].map((n) => field(row, n)?.value ?? "");
  return num && !den ? !/^[\d.,\s]+$/.test(num) : Boolean(val);
};

form.addEventListener("keydown", (e) => {
  const input = e.target;
  if (e.key === "Enter" && input.matches("input")) e.preventDefault();
  if (!input.matches("input[data-col]") || e.altKey || e.ctrlKey || e.metaKey) return;
  const start = input.selectionStart === 0 && input.selectionEnd === 0;
  const end = input.selectionStart === input.value.length;
  const to = {
    Enter: () => owed(input, e.shiftKey), ArrowDown: () => move(input, 1, 0), ArrowUp: () => move(input, -1, 0),
    ArrowLeft: () => start && move(input, 0, -1), ArrowRight: () => end && move(input, 0, 1),
  }[e.key]?.();
  if (!to) return;
  e.preventDefault();
  to.focus();
  to.select?.();
});

// A block from a sheet is placed by the server, as the box "Dán khối ô" does; what waits to be saved goes first.
pasting(form, {
  settled: () => queue.drain(),
  sent: () => new Map([...new FormData(form)].filter(([, value]) => typeof value === "string")),
  take: (cells, sent) => {
    for (const cell of cells) {
      const row = rows().find((r) => r.dataset.cell === String(cell.definition));
      if (row) show(row, cell, Object.fromEntries(sent), false, true);
    }
  },
  all: (answer) => queue.follow(answer),
  say: (text) => { state.textContent = text; },
});
