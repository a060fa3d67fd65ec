// A block that was copied from a sheet, put into a cell of the grid: the server places it and answers with the stored rows, the list of
// what found no place, and the batch that one press takes back. grid is what the caller's grid can do:
//   settled()          waits until nothing is on its way
//   sent()             the fields as they stand, to see later what the person went on typing
//   take(cells, sent)  shows stored rows
//   all(answer)        lets the rest of the page follow
//   say(text)          tells it in the line of state
export function pasting(form, grid) {
  const box = document.querySelector("[data-batch]");
  const undo = box?.querySelector("[data-batch-undo]");
  const base = form.action.replace(/\/cells$/, "");

  function tell(answer) {
    const list = box.querySelector("[data-batch-list]");
    box.hidden = false;
    box.querySelector("[data-batch-said]").textContent = answer.said;
    list.hidden = !answer.listed.length;
    list.open = true;
    list.querySelector("ul").replaceChildren(...answer.listed.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    undo.hidden = !answer.batch;
    if (answer.batch) {
      undo.firstElementChild.value = answer.batch.id;
      undo.firstElementChild.textContent = answer.batch.title;
    }
  }

  // post sends something of a block; it returns why that was not taken, "" when it was.
  async function post(path, fields, busy) {
    grid.say(busy);
    await grid.settled();
    const sent = grid.sent();
    for (const [name, value] of sent) if (name.startsWith("seen-")) fields.set(name, value);
    try {
      const r = await fetch(base + path, { method: "POST", body: fields, headers: { Accept: "application/json" }, redirect: "error" });
      const answer = await r.json();
      if (!r.ok) return answer.sentence;
      grid.take(answer.cells, sent);
      tell(answer);
      grid.say(`${answer.said} ${answer.sentence}`);
      grid.all(answer);
      return "";
    } catch {
      return "Không nối được máy chủ.";
    }
  }

  form.addEventListener("paste", async (e) => {
    const input = e.target;
    const text = e.clipboardData?.getData("text/plain") ?? "";
    const row = input.closest("tr[data-cell]");
    if (!row || !input.matches("input[data-col], input.note") || !/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
    e.preventDefault();
    const area = document.querySelector("#block");
    if (area.value) {
      grid.say("Chưa dán: ô “Dán khối ô từ Excel” phía trên đang giữ một khối khác chưa ghi. Hãy ghi hoặc xóa khối đó trước rồi dán lại khối này.");
      return;
    }
    // Until it is taken the block stands in the box beside the grid, which is kept through a reload and has a button of its own.
    const fields = new URLSearchParams({ block: text, start: row.dataset.code, column: input.dataset.col ?? "note" });
    const hold = (block) => {
      area.value = block;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };
    area.form.elements.start.value = row.dataset.code;
    area.form.elements.column.value = fields.get("column");
    hold(text);
    const why = await post("/paste", fields, "Đang dán…");
    if (!why) {
      hold("");
      return;
    }
    area.closest("details").open = true;
    grid.say(`Chưa dán: ${why} Khối còn nguyên trong ô “Dán khối ô từ Excel” phía trên; hãy bấm “Ghi khối này” ở đó.`);
  });

  undo?.addEventListener("click", async (e) => {
    e.preventDefault();
    const why = await post("/undo", new URLSearchParams({ batch: undo.firstElementChild.value }), "Đang hoàn tác…");
    if (why) grid.say(`Chưa hoàn tác: ${why} Hãy bấm lại.`);
  });
}
