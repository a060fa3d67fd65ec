// The grid of a report: <form data-grid> with rows <tr data-cell="7"> whose fields end in "-7". The form works without this; here
// each row is saved when a field of it has changed, keys move between cells, and a block from a sheet is spread over them.
import { pasting } from "./paste.js";

const form = document.querySelector("form[data-grid]");
const state = document.querySelector("[data-grid-state]");
document.documentElement.classList.add("js");

const rows = () => [...form.querySelectorAll("tr[data-cell]")].filter((r) => r.querySelector("input"));
const field = (row, name) => row.querySelector(`[name="${name}-${row.dataset.cell}"]`);
const waiting = new Map(); // row → true while its answer is due, "again" when it changed meanwhile

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
    ...(cell.conflict ? [line("says-bad", "Chưa ghi:", cell.conflict)] : []),
    ...(cell.returned ? [line("says-bad", "Trả lại:", cell.returned)] : []),
    ...cell.faults.map((t) => line("says-bad", "Lỗi:", t)),
    ...cell.warnings.map((t) => line("says-warn", "Cảnh báo:", t)),
  );
  field(row, "why")?.toggleAttribute("data-why-idle", !cell.warnings.length && !cell.explained && !cell.returned);
}

// show puts an answer into its row. What the person is typing now stays.
function show(row, cell, sent) {
  row.className = cell.class;
  says(row, cell);
  field(row, "seen").value = cell.version;
  const take = field(row, "take");
  if (take?.checked) {
    take.checked = false; // it holds once, for a blank cell
    if (!cell.conflict) field(row, "note").value = cell.note;
  }
  const shown = row.querySelector("[data-shown]");
  if (shown) shown.textContent = cell.shown;
  for (const [name, value] of [["num", cell.numerator], ["den", cell.denominator], ["val", cell.value]]) {
    const input = field(row, name);
    if (!input) continue;
    const typing = input === document.activeElement && input.value !== sent.get(input.name);
    if (!typing && input.value === sent.get(input.name) && !cell.conflict) input.value = value;
    if (name === "val" && field(row, "num")) input.hidden = !input.value && input !== document.activeElement; // a rate, where there are no parts
  }
}

function body(list) {
  const data = new URLSearchParams();
  for (const row of list) {
    for (const input of row.querySelectorAll("input[name]:not([type=checkbox]:not(:checked)), select[name]")) data.set(input.name, input.value);
  }
  return data;
}

async function save(list) {
  for (const row of list) {
    waiting.set(row, true);
    row.setAttribute("aria-busy", "true");
  }
  const sent = body(list);
  let sentence = "Chưa ghi được: không nối được máy chủ. Số vẫn còn trên trang; hãy thử lại.";
  try {
    const r = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, redirect: "error" });
    const answer = await r.json();
    sentence = answer.sentence;
    if (r.ok) {
      for (const cell of answer.cells) show(list.find((row) => row.dataset.cell === String(cell.definition)), cell, sent);
    } else {
      sentence = `Chưa ghi: ${sentence}`;
    }
  } catch {
    for (const row of list) row.className = "cell-conflict";
  }
  state.textContent = sentence;
  const again = [];
  for (const row of list) {
    row.removeAttribute("aria-busy");
    if (waiting.get(row) === "again") again.push(row);
    waiting.delete(row);
  }
  if (again.length) save(again);
}

// A row that is on its way is sent again when its answer has come: two answers never cross.
function changed(list) {
  const now = list.filter((row) => !waiting.has(row));
  for (const row of list) if (waiting.has(row)) waiting.set(row, "again");
  if (now.length) save(now);
}

form.addEventListener("change", (e) => {
  const row = e.target.closest("tr[data-cell]");
  if (row && !(e.target.name.startsWith("stance-") && e.target.value === "disputed" && !field(row, "dispute").value)) changed([row]);
});

// Enter and the arrows up and down go to the same column of the next row; left and right leave a cell at its ends.
function move(input, down, across) {
  const cells = [...form.querySelectorAll("input[data-col]")];
  if (across) return cells[cells.indexOf(input) + across];
  const column = cells.filter((c) => c.dataset.col === input.dataset.col);
  const next = column[column.indexOf(input) + down];
  if (next || input.dataset.col !== "num") return next;
  return undefined;
}

form.addEventListener("keydown", (e) => {
  const input = e.target;
  if (e.key === "Enter" && input.matches("input")) e.preventDefault();
  if (!input.matches("input[data-col]") || e.altKey || e.ctrlKey || e.metaKey) return;
  const start = input.selectionStart === 0 && input.selectionEnd === 0;
  const end = input.selectionStart === input.value.length;
  const to = {
    Enter: () => move(input, e.shiftKey ? -1 : 1, 0), ArrowDown: () => move(input, 1, 0), ArrowUp: () => move(input, -1, 0),
    ArrowLeft: () => start && move(input, 0, -1), ArrowRight: () => end && move(input, 0, 1),
  }[e.key]?.();
  if (!to) return;
  e.preventDefault();
  to.focus();
  to.select();
});

// A block from a sheet is placed by the server, as the box "Dán khối ô" does; what waits to be saved goes first.
pasting(form, {
  settled: async () => { while (waiting.size) await new Promise((done) => setTimeout(done, 50)); },
  sent: () => body(rows()),
  take: (cells, sent) => {
    for (const cell of cells) {
      const row = rows().find((r) => r.dataset.cell === String(cell.definition));
      if (row) show(row, cell, sent);
    }
  },
  say: (text) => { state.textContent = text; },
});

addEventListener("beforeunload", (e) => {
  if (waiting.size) e.preventDefault();
});
