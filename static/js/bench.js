// The workbench: rows <tr data-form="id of the report's form"> of tables [data-bench]. Every field and button is a plain form's; here
// keys move between the rows and press its buttons. Keys act only while a row has the focus, so they are in nobody's way.
const rows = [...document.querySelectorAll("[data-bench] tr[data-form]")];
document.documentElement.classList.add("js");

function stand(row, focus = true) {
  for (const r of rows) r.tabIndex = r === row ? 0 : -1;
  if (!focus) return;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

const remark = (row) => row.querySelector("[data-remark]");

function decide(row, step) {
  const form = document.getElementById(row.dataset.form);
  const button = form?.querySelector(`button[name="step"][value="${step}"]`);
  if (button) form.requestSubmit(button);
}

function move(row, by) {
  const next = rows[rows.indexOf(row) + by];
  if (next) stand(next);
  return Boolean(next);
}

for (const row of rows) {
  row.addEventListener("keydown", (e) => {
    if (e.altKey || e.metaKey || e.isComposing) return;
    const typing = e.target !== row;
    if (e.key === "Enter" && e.ctrlKey) decide(row, "return");
    else if (e.ctrlKey) return;
    else if (typing && e.target !== remark(row)) return; // a link or so has keys of its own
    else if (typing && e.key === "Escape") stand(row);
    else if (typing && (e.key === "Enter" || e.key === "ArrowDown")) move(row, 1) || stand(row);
    else if (typing && e.key === "ArrowUp") move(row, -1);
    else if (typing) return;
    else if (e.key === "ArrowDown") move(row, 1);
    else if (e.key === "ArrowUp") move(row, -1);
    else if (e.key === "Home") stand(rows[0]);
    else if (e.key === "End") stand(rows.at(-1));
    else if (e.key === "Enter") remark(row)?.focus();
    else if (e.key.toLowerCase() === "n") decide(row, "receive");
    else return;
    e.preventDefault();
  });
  row.addEventListener("click", (e) => {
    if (!e.target.closest("a, input, button")) stand(row);
  });
}
if (rows.length) stand(rows[0], false);
