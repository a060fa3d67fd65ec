// Small conveniences on top of pages that work as plain links and forms. Loaded with defer on every page.
const root = document.documentElement;

// <button data-theme-toggle hidden data-dark="Nền tối" data-light="Nền sáng">
for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  const label = () => {
    const dark = root.dataset.bsTheme === "dark";
    button.textContent = dark ? button.dataset.light || "Nền sáng" : button.dataset.dark || "Nền tối";
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("chiso-theme", root.dataset.bsTheme);
    } catch {
      // storage refused: the choice holds for this page
    }
  });
  new MutationObserver(label).observe(root, { attributeFilter: ["data-bs-theme"] });
  label();
}

// "Đắk Lắk" is found by "dak lak", as the server's own search does.
const fold = (s) =>
  s
    .replace(/[đĐ]/g, "d")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();

// <input type="search" data-filter="table-id">, optionally <output data-filter-count="table-id">
for (const input of document.querySelectorAll("input[data-filter]")) {
  const table = document.getElementById(input.dataset.filter);
  if (!table) continue;
  const rows = [...table.tBodies].flatMap((b) => [...b.rows]).map((row) => [row, fold(row.textContent)]);
  const count = document.querySelector(`[data-filter-count="${CSS.escape(input.dataset.filter)}"]`);
  const filter = () => {
    const words = fold(input.value).split(" ").filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((w) => text.includes(w));
      if (!row.hidden) shown++;
    }
    if (count) count.textContent = words.length ? `${shown}/${rows.length} dòng` : "";
  };
  const holder = input.closest("[hidden]");
  if (holder) holder.hidden = false;
  input.addEventListener("input", filter);
  if (input.value) filter();
}

// <input type="search" data-find="#id">: hides the check boxes of #id whose label does not fit; ticked ones stay.
for (const input of document.querySelectorAll("input[data-find]")) {
  const boxes = [...document.querySelectorAll(`${input.dataset.find} .form-check`)].map((box) => [box, fold(box.textContent)]);
  input.addEventListener("input", () => {
    const words = fold(input.value).split(" ").filter(Boolean);
    for (const [box, text] of boxes) box.hidden = !box.querySelector("input").checked && !words.every((w) => text.includes(w));
  });
  input.addEventListener("keydown", (e) => e.key === "Enter" && e.preventDefault()); // Enter would send the form
}

// <form data-dropzone data-max-bytes="20971520"> … <input type="file"> … <output data-dropzone-files>: files dropped anywhere on
// the form land in its own file input, which alone is sent. A part of a larger form may be one, too: its own button sends that form.
const bytes = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 1 });
const size = (n) => (n < 1e6 ? `${bytes.format(Math.max(1, Math.round(n / 1024)))} KB` : `${bytes.format(n / 1048576)} MB`);

// How much of a file has been sent is worth seeing on a slow line; then the server reads and checks. Whatever goes wrong, the
// form is sent the plain way, whose answer the browser shows.
function send(e, zone, form) {
  const bar = zone.querySelector("[data-dropzone-progress]");
  const state = zone.querySelector("[data-dropzone-state]");
  if (!bar || !state) return;
  e.preventDefault();
  const to = e.submitter?.formAction || form.action;
  const plainly = () => {
    form.action = to;
    form.submit();
  };
  const x = new XMLHttpRequest();
  x.upload.addEventListener("progress", (p) => {
    bar.hidden = false;
    bar.max = p.total;
    bar.value = p.loaded;
    state.textContent = p.loaded < p.total ? `Đang gửi: ${size(p.loaded)} / ${size(p.total)}` : "Đã gửi, đang đọc và kiểm tra…";
  });
  x.addEventListener("load", () => {
    if (x.status === 200 && new URL(x.responseURL).pathname !== new URL(to).pathname) location.assign(x.responseURL);
    else plainly();
  });
  x.addEventListener("error", plainly);
  x.open("POST", to);
  x.send(new FormData(form));
}

for (const zone of document.querySelectorAll("[data-dropzone]")) {
  const form = zone.closest("form");
  const input = zone.querySelector('input[type="file"]');
  const list = zone.querySelector("[data-dropzone-files]");
  if (!input) continue;
  const mine = (e) => zone === form || zone.contains(e.submitter);
  const max = Number(zone.dataset.maxBytes) || Infinity;
  const show = () => {
    const files = [...input.files];
    const large = files.filter((f) => f.size > max);
    input.setCustomValidity(large.length ? `Tệp “${large[0].name}” lớn hơn ${size(max)}.` : "");
    if (list) list.textContent = files.map((f) => `${f.name} (${size(f.size)})`).join(", ");
    zone.classList.toggle("has-files", files.length > 0);
    if (large.length) input.reportValidity();
  };
  form.addEventListener("submit", (e) => mine(e) && send(e, zone, form));
  let depth = 0; // dragenter and dragleave come for every child
  const over = (on) => zone.classList.toggle("is-dragover", on);
  zone.addEventListener("dragenter", (e) => {
    e.preventDefault();
    over(++depth > 0);
  });
  zone.addEventListener("dragover", (e) => {
    e.preventDefault();
    e.dataTransfer.dropEffect = "copy";
  });
  zone.addEventListener("dragleave", () => over(--depth > 0));
  zone.addEventListener("drop", (e) => {
    e.preventDefault();
    over((depth = 0) > 0);
    if (!e.dataTransfer.files.length) return;
    const taken = new DataTransfer();
    for (const f of input.multiple ? e.dataTransfer.files : [e.dataTransfer.files[0]]) taken.items.add(f);
    input.files = taken.files;
    show();
    input.focus();
  });
  input.addEventListener("change", show);
  // A second click while the file is still travelling must not send it twice.
  form.addEventListener("submit", (e) => {
    const button = zone.querySelector('[type="submit"]');
    if (!mine(e)) return;
    if (button) setTimeout(() => (button.disabled = true));
    zone.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    zone.removeAttribute("aria-busy");
    const button = zone.querySelector('[type="submit"]');
    if (button) button.disabled = false;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// <p class="scroll-hint" data-scroll-hint="table-id">: on a phone a table says that it goes on, unless all of it is in view.
for (const hint of document.querySelectorAll("[data-scroll-hint]")) {
  const frame = document.getElementById(hint.dataset.scrollHint)?.closest(".table-responsive");
  if (frame) new ResizeObserver(() => (hint.hidden = frame.scrollWidth <= frame.clientWidth + 1)).observe(frame);
}

// Tests and screenshots wait for data-ready; a page with charts gets it from chart.js.
if (!document.querySelector("script[data-chart]")) {
  document.fonts.ready.then(() => (root.dataset.ready = "true"));
}

// <a data-png href="….svg" hidden>: the picture that the server draws, as PNG of twice its size. Without script the SVG remains.
for (const link of document.querySelectorAll("a[data-png]")) {
  link.hidden = false;
  link.addEventListener("click", async (e) => {
    e.preventDefault();
    const answer = await fetch(link.href);
    if (!answer.ok) return;
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const save = document.createElement("a");
    save.download = new URL(link.href).pathname.split("/").pop().replace(/\.svg$/, ".png");
    save.href = canvas.toDataURL("image/png");
    save.click();
    link.dataset.saved = save.download;
  });
}

// What was typed and not saved yet is kept by the browser for whoever typed it (queue.js), until they sign out.
for (const form of document.querySelectorAll('form[action="/signout"]')) {
  form.addEventListener("submit", () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("chiso-unsent")) sessionStorage.removeItem(key);
  });
}

// Copies a table as a spreadsheet pastes it: cells parted by tabs, numbers without dots between thousands.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const rows = [...document.getElementById(button.dataset.copy).rows].map((row) =>
      [...row.cells].map((cell) => {
        const text = cell.textContent.trim();
        return cell.matches("td.num") ? text.replaceAll(".", "").replace("–", "") : text;
      }).join("\t"));
    const status = document.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(rows.join("\n"));
      status.textContent = `Đã chép ${rows.length - 1} dòng.`;
    } catch {
      status.textContent = "Trình duyệt không cho chép. Hãy tải tệp CSV.";
    }
  });
}

// Whoever was searched for in a long table comes into view, with the neighbours around.
if (!location.hash) document.querySelector("tr.found")?.scrollIntoView({ block: "center" });

// "/" leads to the search in the bar, except where somebody is typing.
addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("[data-find]");
  if (!field) return;
  e.preventDefault();
  field.focus();
});
