// Draws the charts of a page. Loaded with defer, after app.js, only by pages that have one.
//
//   <div class="chart" id="c1" data-rows="34"></div>
//   <script type="application/json" data-chart="c1">{ …ECharts options… }</script>
//
// The options come finished from the server. Where ECharts wants a function or a colour of the theme, they carry a name:
//   "@vi"        axis ticks in Vietnamese: 1.234,5      "@vi0"  the same without decimals      "@percent"  with " %"
//   "@text"      a data label: the item's own `text`
//   "@--bs-…"    the value of a CSS custom property, so that light and dark need one set of options
// A data item may carry `text` (ready to show, lines divided by \n; never parsed here, never rounded here) and `url` (a path of
// this site, followed on click).
import * as echarts from "echarts/core";
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { LegacyGridContainLabel } from "echarts/features"; // go-echarts writes grid.containLabel
import { SVGRenderer } from "echarts/renderers";
import vi from "echarts/lib/i18n/langVI.js";

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  LegacyGridContainLabel,
  SVGRenderer,
]);

echarts.registerLocale("VI", vi);

const root = document.documentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const paper = matchMedia("print");
const A4_WIDTH = 680; // CSS pixels between the margins of an upright A4 page
const ROW = 24; // height of one ranked bar, and of one on paper, where 34 of them and the heading share a page
const PAPER_ROW = 17;

const ticks = (digits) => {
  const format = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: digits });
  return (v) => format.format(v);
};
const plain = ticks(2);
const named = {
  "@vi": plain,
  "@vi0": ticks(0),
  "@percent": (v) => `${plain(v)} %`,
  "@text": (p) => textOf(p),
};

function textOf(p) {
  const item = p.data;
  if (item && typeof item === "object" && !Array.isArray(item) && item.text) return String(item.text);
  const label = item?.label?.formatter;
  return typeof label === "string" && !label.includes("{") ? label : "";
}

// A DOM node, not markup: ECharts' own tooltip is full of style attributes, which the Content-Security-Policy forbids, and a
// name from a workbook must not become HTML.
function tooltip(params) {
  const items = Array.isArray(params) ? params : [params];
  const box = document.createElement("div");
  box.className = "chart-tip";
  const line = (cls, text) => {
    const div = box.appendChild(document.createElement("div"));
    div.className = cls;
    div.textContent = text;
  };
  const title = items[0]?.axisValueLabel || items[0]?.name;
  if (title) line("chart-tip-title", title);
  for (const p of items) {
    const text = textOf(p);
    const lines = text ? text.split("\n") : [];
    if (p.seriesName && (items.length > 1 || !text)) lines.unshift(lines.length ? `${p.seriesName}: ${lines.shift()}` : p.seriesName);
    for (const l of lines) line("chart-tip-line", l);
  }
  return box;
}

// ECharts measures one glyph, which need not be in the font: without a line height of their own, the lines of a label may fall on
// each other.
const withLines = new Set(["label", "axisLabel", "endLabel", "nameTextStyle"]);

function finish(value, css, key) {
  if (typeof value === "string") {
    if (value.startsWith("@--")) return css.getPropertyValue(value.slice(1)).trim();
    return Object.hasOwn(named, value) ? named[value] : value;
  }
  if (Array.isArray(value)) return value.map((v) => finish(v, css, key));
  if (value === null || typeof value !== "object") return value;
  const out = {};
  for (const [k, v] of Object.entries(value)) out[k] = finish(v, css, k);
  if (withLines.has(key)) out.lineHeight ??= Math.round((out.fontSize || 12) * 1.35);
  return out;
}

const each = (v, change) => (Array.isArray(v) ? v.map(change) : v ? change(v) : v);

function options(source, el) {
  const css = getComputedStyle(el);
  const o = finish(source, css);
  const ink = css.getPropertyValue("--chiso-chart-ink").trim();
  const grid = css.getPropertyValue("--chiso-chart-grid").trim();
  const narrow = el.clientWidth < 480;
  const axis = (a) => ({
    ...a,
    axisLine: { lineStyle: { color: grid }, ...a.axisLine },
    axisTick: { lineStyle: { color: grid }, ...a.axisTick },
    splitLine: { ...a.splitLine, lineStyle: { color: grid, ...a.splitLine?.lineStyle } },
    axisLabel: {
      color: ink,
      fontSize: printing ? 11 : 12,
      lineHeight: 16,
      hideOverlap: true,
      ...(a.type === "category" && el.dataset.rows ? { interval: 0, hideOverlap: false } : {}),
      ...(a.type === "category" && narrow ? { width: 96, overflow: "truncate" } : {}),
      ...a.axisLabel,
    },
    nameTextStyle: { color: ink, fontSize: 12, lineHeight: 16, ...a.nameTextStyle },
  });
  o.backgroundColor ??= "transparent";
  o.color ??= [1, 2, 3, 4, 5, 6].map((n) => css.getPropertyValue(`--chiso-chart-${n}`).trim());
  o.textStyle = { ...o.textStyle, fontFamily: css.fontFamily, color: ink };
  o.xAxis = each(o.xAxis, axis);
  o.yAxis = each(o.yAxis, axis);
  o.legend = each(o.legend, (l) => ({ ...l, textStyle: { color: ink, lineHeight: 16, ...l.textStyle } }));
  o.visualMap = each(o.visualMap, (m) => ({ ...m, textStyle: { color: ink, ...m.textStyle } }));
  o.series = each(o.series, (s) => ({
    ...s,
    label: { color: ink, fontSize: 12, lineHeight: 16, ...s.label },
    ...(s.markLine ? { markLine: { ...s.markLine, label: { color: ink, lineHeight: 16, ...s.markLine.label } } } : {}),
  }));
  if (o.tooltip) {
    o.tooltip = {
      ...each(o.tooltip, (t) => t),
      renderMode: "html",
      formatter: tooltip,
      confine: true,
      className: "chart-tip-box",
      backgroundColor: css.getPropertyValue("--chiso-tip-bg").trim(),
      borderColor: grid,
      textStyle: { color: ink, fontFamily: css.fontFamily, fontSize: 13, lineHeight: 18 },
      transitionDuration: still.matches ? 0 : 0.2,
    };
  }
  if (still.matches || printing || o.animation === undefined) o.animation = !still.matches && !printing;
  return o;
}

const charts = [];
let printing = paper.matches;

function draw(c) {
  c.chart?.dispose();
  if (c.rows) c.el.style.height = `${c.rows * (printing ? PAPER_ROW : ROW) + 72}px`; // through the object model, which the policy allows
  const size = printing ? { width: Math.min(A4_WIDTH, c.el.clientWidth || A4_WIDTH) } : {};
  c.chart = echarts.init(c.el, null, { renderer: "svg", locale: "VI", ...size });
  const done = new Promise((resolve) => c.chart.on("finished", resolve));
  c.chart.setOption(options(c.source, c.el));
  c.chart.on("click", (p) => {
    const url = p.data?.url;
    if (typeof url === "string" && /^\/(?![/\\])/.test(url)) location.assign(url);
  });
  return done;
}

function find(block) {
  if (block.dataset.chart) return document.getElementById(block.dataset.chart);
  const beside = [block.previousElementSibling, block.nextElementSibling];
  return beside.find((el) => el?.classList.contains("chart"));
}

async function start() {
  await document.fonts.ready; // a label measured in another font would be cut
  const drawn = [];
  for (const block of document.querySelectorAll('script[type="application/json"][data-chart]')) {
    const el = find(block);
    if (!el) continue;
    const c = { el, source: JSON.parse(block.textContent), rows: Number(el.dataset.rows) || 0 };
    charts.push(c);
    drawn.push(draw(c));
    let width = el.clientWidth;
    new ResizeObserver(() => {
      if (printing || el.clientWidth === 0 || el.clientWidth === width) return;
      width = el.clientWidth;
      c.chart.resize();
    }).observe(el);
  }
  await Promise.all(drawn);
  await document.fonts.ready; // the charts themselves may have asked for a subset
  root.dataset.ready = "true";
}

const redraw = () => Promise.all(charts.map(draw));

// On paper the charts are light whatever the screen shows, and as wide as the page. Style sheets see to the rest.
function toPaper(on) {
  if (printing === on) return;
  printing = on;
  if (on) root.dataset.screenTheme = root.dataset.bsTheme || "light";
  root.dataset.bsTheme = on ? "light" : root.dataset.screenTheme || "light";
  redraw();
}

addEventListener("beforeprint", () => toPaper(true));
addEventListener("afterprint", () => toPaper(false));
paper.addEventListener("change", (e) => toPaper(e.matches));
still.addEventListener("change", redraw);
let theme = root.dataset.bsTheme;
new MutationObserver(() => {
  if (printing || root.dataset.bsTheme === theme) return;
  theme = root.dataset.bsTheme;
  redraw();
}).observe(root, { attributeFilter: ["data-bs-theme"] });

start().catch((err) => {
  // The table beside the chart has the same figures: say what is wrong and let the page go on.
  console.error("chart:", err);
  root.dataset.ready = "error";
});
