// Loaded in <head> without defer, so that a dark page is never painted white first: sets Bootstrap's data-bs-theme from the
// reader's choice, or else from the system. Without script the page is light.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");

function chosen() {
  try {
    const t = localStorage.getItem("chiso-theme");
    return t === "dark" || t === "light" ? t : "";
  } catch {
    return ""; // storage refused: follow the system
  }
}

function apply() {
  root.dataset.bsTheme = paper.matches ? "light" : chosen() || (system.matches ? "dark" : "light");
}

apply();
root.classList.add("js");
system.addEventListener("change", apply);
addEventListener("storage", (e) => e.key === "chiso-theme" && apply());
