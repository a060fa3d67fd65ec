// Builds static/dist from static/{js,css,img} and the npm packages: bundled, minified, named by content, gzipped beforehand.
// Nothing here knows a host: the packages were put in place by `npm ci`, and the browser is given no address but ours.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
const fontSubsets = new Set(["latin", "latin-ext", "vietnamese"]);
const licensed = ["bootstrap", "echarts", "zrender", "tslib", "@fontsource-variable/inter"];

// Paper is white whatever the reader's theme is, so every dark rule of Bootstrap holds for screens only. Printing then needs
// no list of variables to reset, and a variable that Bootstrap adds later cannot be forgotten.
const darkOnScreenOnly = {
  name: "dark-on-screen-only",
  setup(b) {
    b.onLoad({ filter: /bootstrap\/dist\/css\/bootstrap\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      const rule = /^(?:[^\n{}@]+,\n)*[^\n{}@]*\[data-bs-theme=dark\][^{}]*\{[^{}]*\}/gm;
      const found = css.match(rule) ?? [];
      if (found.length < 3) throw new Error("bootstrap.css: the dark rules were not found; has its layout changed?");
      return { contents: css.replace(rule, (r) => `@media screen {\n${r}\n}`), loader: "css" };
    });
  },
};

// The font's own sheet, less the alphabets that no Vietnamese page uses; its unicode-range lines stay.
const fewerSubsets = {
  name: "fewer-subsets",
  setup(b) {
    b.onLoad({ filter: /@fontsource-variable\/inter\/(index|wght)\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      const faces = css.match(/@font-face\s*\{[^}]*\}/g).filter((f) => {
        const m = f.match(/inter-([a-z-]+)-wght-normal\.woff2/);
        return m && fontSubsets.has(m[1]);
      });
      if (faces.length !== fontSubsets.size) throw new Error(`inter: ${faces.length} font faces, want ${fontSubsets.size}`);
      return { contents: faces.join("\n"), loader: "css", resolveDir: path.dirname(file) };
    });
  },
};

// The Vietnamese locale of ECharts misspells "biểu đồ"; screen readers get these words.
const spelling = {
  name: "spelling",
  setup(b) {
    b.onLoad({ filter: /echarts\/lib\/i18n\/langVI\.js$/ }, async ({ path: file }) => {
      const js = await readFile(file, "utf8");
      return { contents: js.replaceAll("Biều đồ", "Biểu đồ"), loader: "js" };
    });
  },
};

const { outputFiles, metafile, warnings } = await build({
  absWorkingDir: here,
  entryPoints: ["js/theme.js", "js/app.js", "js/chart.js", "js/grid.js", "js/bench.js", "css/chiso.css"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  target: ["chrome109", "firefox115", "safari15.6"],
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".woff2": "file" },
  legalComments: "none", // the licences travel whole, in LICENSES.txt
  metafile: true,
  write: false,
  plugins: [darkOnScreenOnly, fewerSubsets, spelling],
  logLevel: "warning",
});

if (warnings.length > 0) throw new Error("a warning is a fault here");

const files = new Map(); // name in dist → bytes
const manifest = {}; // name in a template → name in dist

for (const out of outputFiles) {
  const name = path.relative(dist, out.path);
  files.set(name, Buffer.from(out.contents));
  manifest[name.replace(/-[0-9A-Z]{8}(\.[a-z0-9]+)$/, "$1")] = name;
}

function add(logical, bytes) {
  const { name, ext } = path.parse(logical);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  files.set(`${name}-${hash}${ext}`, bytes);
  manifest[logical] = `${name}-${hash}${ext}`;
}

for (const name of (await readdir(path.join(here, "img"))).sort()) {
  add(name, await readFile(path.join(here, "img", name)));
}

const licences = [];
for (const pkg of licensed) {
  const root = path.join(here, "node_modules", pkg);
  const { version, license } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  licences.push(`== ${pkg} ${version} (${license}) ==`);
  const texts = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((f) => f.isFile() && (/^(LICENSE|NOTICE|CopyrightNotice)/i.test(f.name) || path.basename(f.parentPath) === "licenses"))
    .map((f) => path.join(f.parentPath, f.name))
    .filter((f) => !f.slice(root.length).includes("node_modules"));
  if (texts.length === 0) throw new Error(`${pkg}: no licence text found`);
  for (const f of texts.sort()) licences.push((await readFile(f, "utf8")).trim());
}
add("LICENSES.txt", Buffer.from(licences.join("\n\n") + "\n"));

for (const [pkg, max] of [["chart.js", 900e3], ["app.js", 12e3], ["theme.js", 2e3], ["chiso.css", 320e3]]) {
  const size = files.get(manifest[pkg])?.length ?? 0;
  if (size === 0 || size > max) throw new Error(`${pkg}: ${size} bytes, expected at most ${max}`);
}
const withoutChart = Object.values(metafile.outputs).find((o) => o.entryPoint === "js/app.js");
if (Object.keys(withoutChart.inputs).some((i) => i.includes("node_modules"))) {
  throw new Error("app.js pulls in a package: pages without a chart must not load one");
}

await mkdir(dist, { recursive: true });
for (const old of await readdir(dist)) {
  if (old !== ".gitkeep") await rm(path.join(dist, old), { recursive: true });
}
for (const [name, bytes] of files) {
  await writeFile(path.join(dist, name), bytes);
  if (/\.(js|css|svg|txt)$/.test(name)) await writeFile(path.join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
}
// Last, so that a build broken off half-way is taken for no build at all.
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(path.join(dist, "manifest.json"), JSON.stringify(sorted, null, 2) + "\n");
for (const [logical, name] of Object.entries(sorted)) {
  const bytes = files.get(name);
  const gz = /\.(js|css|svg|txt)$/.test(name) ? `, gzip ${gzipSync(bytes, { level: 9 }).length}` : "";
  console.log(`${logical.padEnd(36)} ${name.padEnd(44)} ${bytes.length}${gz}`);
}
