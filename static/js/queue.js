// What somebody typed into a report and the server does not have yet. The page consists of units (data-unit="cell-7", "text-1",
// "proposal-new"): each is sent on its own merits, sent again until the server has it, and kept in sessionStorage meanwhile, for the account
// and the report that it was typed for. One request is on its way at a time, so two answers never cross; a unit whose answer was lost is sent
// again exactly as it was, so the server knows it for the same.
const retryEvery = 10_000;
const pause = 1200; // after the last key in a text
const giveWay = 15_000; // at most, from leaving a page to seeing the next

const hidden = /^(seen|mark|textseen|textmark|proposalmark)-/; // what the page saw, not what somebody typed

function fieldsOf(el) {
  return [...el.querySelectorAll("[name]:not(button)")].filter((f) => f.type !== "checkbox" || f.checked);
}

// The mark of a row tells the server what a page without script touched: here only what was touched is sent, also back to what it was.
const payload = (el) => Object.fromEntries(fieldsOf(el).filter((f) => !f.name.startsWith("mark-")).map((f) => [f.name, f.value]));
const typed = (values) => JSON.stringify(Object.entries(values).filter(([name]) => !hidden.test(name)));

export function createQueue(form, { answered, state }) {
  const units = new Map(); // element → unit
  const storeKey = `chiso-unsent|${form.dataset.account}|${form.dataset.report}`;
  let busy = false;
  let trouble = ""; // "", "net", "server" or "session": why nothing goes through at the moment
  let saved = state.textContent;

  const unitOf = (el) => {
    if (!units.has(el)) units.set(el, { el, status: "clean", frozen: null, timer: 0, left: false, sentence: "", conflict: null });
    return units.get(el);
  };
  const unsent = () => [...units.values()].filter((u) => u.status !== "clean");

  // What the server took while this page gave way to the next one, which may have been made just before: it is sent once more, and changes nothing.
  const late = new Map();
  let left = -giveWay;
  for (const name of ["beforeunload", "pagehide"]) {
    addEventListener(name, () => {
      left = performance.now();
      setTimeout(stays, giveWay);
    });
  }

  const stays = () => {
    left = -giveWay;
    late.clear();
    if (form.dataset.queue) keep();
  };
  addEventListener("pageshow", stays); // somebody came back to the page as it was

  // The copy that a reload, a crash or the end of a session leaves behind.
  function keep() {
    try {
      const all = Object.fromEntries([...late, ...unsent().map((u) => [u.el.dataset.unit, { values: payload(u.el), sent: u.frozen }])]);
      if (Object.keys(all).length) sessionStorage.setItem(storeKey, JSON.stringify(all));
      else sessionStorage.removeItem(storeKey);
    } catch {
      // storage refused or full: what was typed is in the page, and leaving it warns
    }
  }

  function button(text, act) {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "btn btn-sm btn-outline-secondary";
    b.textContent = text;
    b.addEventListener("click", act);
    return b;
  }

  function signInLinks() {
    const links = document.createDocumentFragment();
    for (const [text, target] of [["Đăng nhập ở tab mới", "_blank"], ["Đăng nhập tại đây", ""]]) {
      const a = document.createElement("a");
      a.href = `/signin?next=${encodeURIComponent(form.dataset.report)}`;
      a.textContent = text;
      a.target = target;
      a.dataset.leave = ""; // everything is kept: no question on leaving
      links.append(a, " ");
    }
    return links;
  }

  const reasons = {
    net: "Chưa ghi được: mất kết nối. Nội dung vẫn ở đây và sẽ tự gửi lại.",
    server: "Chưa ghi được: máy chủ chưa trả lời. Nội dung vẫn ở đây và sẽ tự gửi lại.",
    session: "Phiên đăng nhập đã hết. Đăng nhập rồi bấm Thử lại; nội dung vẫn ở đây.",
  };

  // Says in the unit itself what became of it.
  function tell(u) {
    let box = u.el.querySelector("[data-unsent]");
    if (u.status !== "failed" && u.status !== "refused") {
      box?.remove();
      u.el.removeAttribute("data-stuck");
      return;
    }
    if (!box) {
      box = document.createElement("div");
      box.dataset.unsent = "";
      box.className = "unsent";
      (u.el.matches("tr") ? u.el.lastElementChild : u.el).append(box);
    }
    u.el.setAttribute("data-stuck", "");
    const text = document.createElement("span");
    text.className = "says-bad";
    text.textContent = `${u.status === "failed" ? reasons[trouble] ?? reasons.net : u.sentence} `;
    box.replaceChildren(text);
    if (u.status === "failed" && trouble === "session") box.append(signInLinks());
    box.append(button(u.conflict ? "Ghi phần của tôi" : "Thử lại", () => now([u])));
    if (u.conflict) {
      box.append(" ", button("Lấy bản đang có", () => {
        u.conflict();
        settle(u);
        report();
      }));
    }
  }

  function report() {
    keep();
    const open = unsent();
    form.toggleAttribute("data-waiting", open.length > 0);
    const stuck = open.filter((u) => u.status === "failed" || u.status === "refused").length;
    let text = saved;
    if (stuck) text = `Chưa lưu ${stuck} mục${trouble === "net" ? ": mất kết nối" : trouble === "session" ? ": phiên đăng nhập đã hết" : ""}`;
    else if (open.length) text = "Đang lưu…";
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("says-bad", stuck > 0);
  }

  function settle(u) {
    u.status = "clean";
    u.frozen = u.conflict = null;
    u.sentence = "";
    tell(u);
  }

  // Somebody typed into a unit: soon when the field was left, else after a pause.
  function touch(el, soon) {
    const u = unitOf(el);
    if (u.status === "clean" || u.status === "refused") u.status = "typed";
    late.delete(el.dataset.unit);
    u.left = soon; // what is typed while the unit is on its way, or stuck, goes the same way once an answer is here
    clearTimeout(u.timer);
    u.timer = setTimeout(() => now([u]), soon ? 0 : pause);
    report();
  }

  // Somebody types into a figure: it goes when they leave it.
  function typing(el) {
    const u = unitOf(el);
    if (u.status === "clean" || u.status === "refused") u.status = "typed";
    u.left = false;
    report();
  }

  // A unit that only waits for its pause, or that was stuck, goes now.
  function now(list) {
    for (const u of list) {
      clearTimeout(u.timer);
      if (u.status === "typed" || u.status === "failed" || u.status === "refused") u.status = "ready";
    }
    return send();
  }

  function body(list) {
    const data = new URLSearchParams({ account: form.dataset.account });
    for (const u of list) {
      if (!u.frozen) u.left = false;
      u.frozen ??= payload(u.el);
      u.status = "sending";
      u.el.setAttribute("aria-busy", "true");
      for (const [name, value] of Object.entries(u.frozen)) data.set(name, value);
    }
    keep(); // what is on its way is known after a reload, too
    return data;
  }

  async function ask(list) {
    const r = await fetch(form.action, {
      method: "POST", body: body(list), headers: { Accept: "application/json" }, redirect: "manual",
      keepalive: document.visibilityState === "hidden", signal: AbortSignal.timeout(60_000),
    });
    if (r.type === "opaqueredirect" || r.status === 401) return { trouble: "session" };
    if (r.status >= 500 || r.status === 429) return { trouble: "server" };
    const answer = await r.json();
    return r.ok ? { answer } : { refused: answer.sentence ?? reasons.server };
  }

  async function send() {
    if (busy) return;
    let list = [...units.values()].filter((u) => u.status === "ready");
    const alone = list.find((u) => u.alone);
    if (alone) list = [alone]; // one of several was refused: each for itself, until it shows which
    if (!list.length) return;
    busy = true;
    report();
    let result;
    try {
      result = await ask(list);
    } catch {
      result = { trouble: "net" };
    }
    busy = false;
    trouble = result.trouble ?? "";
    for (const u of list) {
      u.el.removeAttribute("aria-busy");
      done(u, result, list.length);
    }
    if (result.answer) {
      follow(result.answer);
      if (unsent().some((u) => u.status === "failed")) setTimeout(retry);
    }
    for (const u of unsent()) tell(u);
    report();
    await send();
  }

  // The parts of the page that say how the report stands follow an answer.
  function follow(answer) {
    saved = answer.saved;
    for (const [id, html] of Object.entries(answer.parts)) {
      const el = document.getElementById(id);
      if (el && el.innerHTML !== html) el.innerHTML = html;
    }
    report();
  }

  function done(u, result, of) {
    if (result.trouble) {
      u.status = "failed"; // frozen stays: whether it arrived is not known
    } else if (result.refused && of > 1) {
      u.alone = true;
      u.status = "ready";
    } else {
      const sent = u.frozen;
      const key = u.el.dataset.unit;
      const more = typed(payload(u.el)) !== typed(sent); // typed meanwhile
      u.frozen = null;
      u.alone = false;
      const bad = result.refused ? { sentence: result.refused } : answered(u.el, result.answer, sent);
      if (bad) {
        u.status = "refused";
        u.sentence = bad.sentence;
        u.conflict = bad.take ?? null;
      } else {
        settle(u);
        if (performance.now() - left < giveWay) late.set(key, { values: sent, sent });
        if (more && (u.left || !u.el.contains(document.activeElement))) touch(u.el, true);
        else if (more && document.activeElement.matches("[data-col]")) typing(u.el);
        else if (more) touch(u.el, false);
      }
    }
    tell(u);
  }

  const retry = () => now([...units.values()].filter((u) => u.status === "failed"));
  setInterval(retry, retryEvery);
  addEventListener("online", retry);
  addEventListener("focus", () => trouble === "session" && retry());
  document.addEventListener("visibilitychange", () => now([...units.values()].filter((u) => u.status === "typed")));

  // Everything that can go goes; true when nothing is left.
  async function drain() {
    stays();
    const end = Date.now() + 15_000;
    now(unsent().filter((u) => u.status !== "sending" && u.status !== "ready" && u.status !== "refused"));
    const moving = () => unsent().some((u) => u.status === "sending" || u.status === "ready" || u.status === "typed");
    while (moving() && Date.now() < end) {
      now(unsent().filter((u) => u.status === "typed"));
      await new Promise((go) => setTimeout(go, 30));
    }
    return unsent().length === 0;
  }

  // What an earlier page kept comes back into its units. What has no place any more is returned for the page to show.
  function restore(find) {
    let kept;
    try {
      for (const key of Object.keys(sessionStorage)) { // of another account at this machine: not theirs to see
        if (key.startsWith("chiso-unsent|") && !key.startsWith(`chiso-unsent|${form.dataset.account}|`)) sessionStorage.removeItem(key);
      }
      kept = JSON.parse(sessionStorage.getItem(storeKey) ?? "{}");
    } catch {
      return [];
    }
    const homeless = [];
    for (const [key, { values, sent }] of Object.entries(kept)) {
      const el = find(key, sent);
      if (!el) {
        homeless.push({ key, values });
        continue;
      }
      const stands = payload(el);
      const arrived = sent && typed(stands) === typed(sent);
      for (const f of el.querySelectorAll("[name]:not(button)")) {
        const value = values[f.name] ?? (key === "proposal-new" && !hidden.test(f.name) ? values["proposal-new"] : undefined);
        if (f.type === "checkbox") f.checked = value !== undefined;
        else if (value !== undefined && !(hidden.test(f.name) && (arrived || key === "proposal-new"))) f.value = value;
      }
      // What went out may have arrived after this page was made: it goes first, as it was, whatever is typed next; else one would meet oneself.
      if (sent && !arrived && el.dataset.unit === key) unitOf(el).frozen = sent;
      if (typed(payload(el)) !== typed(stands)) touch(el, true);
    }
    report();
    return homeless;
  }

  addEventListener("beforeunload", (e) => {
    if (unsent().length && !leaving) e.preventDefault();
  });
  let leaving = false;
  document.addEventListener("click", (e) => {
    leaving = e.target.closest?.("a[data-leave]") != null && !e.target.closest("a[target=_blank]");
  }, true);

  return {
    touch, typing, drain, restore, unsent, follow,
    refuse: (el, sentence) => {
      const u = unitOf(el);
      u.status = "refused";
      u.sentence = sentence;
      tell(u);
      report();
    },
    first: () => unsent()[0]?.el,
    forget: () => sessionStorage.removeItem(storeKey),
  };
}
