// The narrative and the proposals of a report: each text is a unit of the queue. What the server answers is put into its unit.

// answeredText puts an answer into a text; it returns what is wrong, undefined when the text is saved.
export function answeredText(el, answer, sent, units) {
  const key = el.dataset.unit;
  const text = answer.texts.find((t) => t.field === key);
  if (!text) return undefined; // nothing was touched: the server has it
  const field = el.querySelector(`[name="${key}"]`);
  const stored = () => {
    if (field.value === sent[key] && field !== document.activeElement) field.value = text.body;
  };
  if (key === "proposal-new" && !text.refused) {
    const twin = units().find((u) => u !== el && u.dataset.unit === `proposal-${text.proposal}`);
    if (twin) field.value = "";
    else becomeProposal(el, field, text);
    return undefined;
  }
  const n = key.slice(key.indexOf("-") + 1);
  const set = (name, value) => {
    const input = el.querySelector(`[name="${name}-${n}"]`);
    if (input) input.value = value;
  };
  if (key.startsWith("text-")) {
    set("textseen", text.version);
    set("textmark", text.mark);
  } else if (!text.refused) {
    set("proposalmark", text.mark);
  }
  if (!text.refused) {
    stored();
    el.querySelector("[data-unit-saved]").textContent = answer.saved;
    return undefined;
  }
  if (!text.conflict || !key.startsWith("text-")) return { sentence: text.refused };
  return { sentence: `${text.refused} Bản đang có: “${text.body}”`, take: () => (field.value = text.body) };
}

// The field for a new proposal has become a proposal; another one waits for the next.
function becomeProposal(el, field, text) {
  const next = el.cloneNode(true);
  next.querySelector("[data-unsent]")?.remove();
  next.querySelector("textarea").value = "";
  const label = document.createElement("span");
  label.className = "visually-hidden";
  label.textContent = "Kiến nghị đã ghi";
  el.dataset.unit = `proposal-${text.proposal}`;
  field.name = el.dataset.unit;
  field.removeAttribute("id");
  field.setAttribute("aria-label", "Kiến nghị đã ghi");
  el.querySelector("label")?.replaceWith(label);
  const mark = document.createElement("input");
  mark.type = "hidden";
  mark.name = `proposalmark-${text.proposal}`;
  mark.value = text.mark;
  el.prepend(mark);
  const add = el.querySelector("button");
  add.textContent = "Bỏ";
  add.name = "remove";
  add.value = text.proposal;
  add.disabled = true; // the second press of somebody who adds by two would take it out
  setTimeout(() => (add.disabled = false), 1500);
  add.setAttribute("formaction", add.formAction.replace(/\/cells(#.*)?$/, "/remove"));
  el.querySelector("[data-unit-saved]").textContent = "Đã ghi";
  el.after(next);
}
