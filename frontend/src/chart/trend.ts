/** The trend of a point: the band from minimum to maximum, the mean, the limits, the alarms; finer when one zooms in. */
import { LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { gettext } from "../words";

echarts.use([LineChart, GridComponent, TooltipComponent, DataZoomComponent, MarkLineComponent, MarkAreaComponent, CanvasRenderer]);

interface Facts {
  unit: string;
  from: number;
  to: number;
  at: number[];
  minimum: number[];
  mean: number[];
  maximum: number[];
  count: number[];
  limits: Array<{ name: string; value: number }>;
  alarms: Array<{ from: number; to: number; title: string; tier: number; url: string }>;
}
const REST_MS = 300;
const NAVY = "#0b3d91";
const TIERS: Record<number, [string, string]> = { 3: ["rgba(230, 0, 18, 0.16)", "▲"], 2: ["rgba(240, 131, 0, 0.16)", "◆"], 1: ["rgba(255, 216, 0, 0.22)", "■"] };

function limitName(name: string): string {
  if (name === "low_low") return gettext("低低报");
  if (name === "low") return gettext("低报");
  if (name === "high") return gettext("高报");
  return gettext("高高报");
}

function stamp(at: number): string {
  return new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
}

function digits(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/** A gap longer than three usual steps is drawn as a gap, not as a line. */
function columns({ at, minimum, mean, maximum }: Facts): Record<"mean" | "low" | "span", Array<[number, number | null]>> {
  const steps = at.slice(1).map((each, i) => each - (at[i] ?? 0)).sort((a, b) => a - b);
  const usual = (steps[Math.floor(steps.length / 2)] ?? 0) * 3 || Infinity;
  const drawn: Record<"mean" | "low" | "span", Array<[number, number | null]>> = { mean: [], low: [], span: [] };
  at.forEach((each, i) => {
    if (i && each - (at[i - 1] ?? 0) > usual) for (const line of Object.values(drawn)) line.push([each - 1, null]);
    drawn.mean.push([each, mean[i] ?? null]);
    drawn.low.push([each, minimum[i] ?? null]);
    drawn.span.push([each, (maximum[i] ?? 0) - (minimum[i] ?? 0)]);
  });
  return drawn;
}

function options(facts: Facts, first: Facts, zooms: boolean): Record<string, unknown> {
  const { mean, low, span } = columns(facts);
  const band = { type: "line", stack: "band", symbol: "none", lineStyle: { opacity: 0 }, silent: true, connectNulls: false };
  const limits = facts.limits.map(({ name, value }) => ({ yAxis: value, label: { formatter: `${limitName(name)} ${digits(value)}`, position: "insideStartTop" } }));
  const alarms = facts.alarms.map(({ from, to, tier }) => [{ xAxis: from, itemStyle: { color: TIERS[tier]?.[0] }, name: TIERS[tier]?.[1] }, { xAxis: Math.max(to, from + 1) }]);
  const values = [...facts.minimum, ...facts.maximum, ...facts.limits.map((limit) => limit.value)];
  const [least, most] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const room = (most - least || 1) * 0.08;
  return {
    animation: false,
    grid: { left: 56, right: 24, top: 28, bottom: zooms ? 64 : 28 },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: { trigger: "axis", renderMode: "richText", formatter: (points: Array<{ dataIndex: number; data: [number, number | null] }>) => tip(facts, points[0]?.data[0]) },
    xAxis: { type: "time", min: first.from, max: first.to, axisLabel: { hideOverlap: true } },
    yAxis: { type: "value", name: facts.unit, min: Number((least - room).toPrecision(4)), max: Number((most + room).toPrecision(4)), scale: true },
    dataZoom: zooms ? [{ type: "inside", filterMode: "none" }, { type: "slider", height: 22, bottom: 12, filterMode: "none", brushSelect: false }] : [],
    series: [
      { ...band, data: low, areaStyle: undefined },
      { ...band, data: span, areaStyle: { color: "rgba(11, 61, 145, 0.18)" } },
      {
        type: "line",
        name: gettext("平均"),
        data: mean,
        symbol: "none",
        connectNulls: false,
        lineStyle: { width: 1.5, color: NAVY },
        markLine: { symbol: "none", silent: true, lineStyle: { color: "#1d2733", type: "dashed" }, label: { color: "#1d2733" }, data: limits },
        markArea: { silent: true, label: { color: "#1d2733", position: "insideTopLeft", distance: 2 }, data: alarms },
      },
    ],
  };
}

function tip(facts: Facts, at: number | undefined): string {
  const i = facts.at.indexOf(at ?? -1);
  if (i < 0) return "";
  const numbers = [facts.minimum[i], facts.mean[i], facts.maximum[i]].map((value) => digits(value ?? 0));
  return `${stamp(at ?? 0)}\n${gettext("最小 {low}，平均 {mean}，最大 {high}", { low: numbers[0] ?? "", mean: numbers[1] ?? "", high: numbers[2] ?? "" })} ${facts.unit}\n${gettext("{count} 个读数", { count: facts.count[i] ?? 0 })}`;
}

export async function mount(element: HTMLElement): Promise<void> {
  const url = new URL(element.dataset["url"] ?? "", location.href);
  const zooms = element.dataset["zoom"] === "1";
  const ask = async (from?: number, to?: number): Promise<Facts | null> => {
    if (from && to) {
      url.searchParams.set("from", String(Math.floor(from)));
      url.searchParams.set("to", String(Math.ceil(to)));
    }
    url.searchParams.set("buckets", String(Math.max(100, Math.min(2000, element.clientWidth))));
    const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
    return answer?.ok ? ((await answer.json()) as Facts) : null;
  };
  const first = await ask();
  if (!first) return;
  const chart = echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(options(first, first, zooms));
  element.dataset["ready"] = String(first.at.length);
  new ResizeObserver(() => chart.resize()).observe(element);
  let timer = 0;
  chart.on("dataZoom", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const [{ start = 0, end = 100 } = {}] = (chart.getOption() as { dataZoom: Array<{ start?: number; end?: number }> }).dataZoom;
      const wide = first.to - first.from;
      const finer = await ask(first.from + (wide * start) / 100, first.from + (wide * end) / 100);
      if (finer) chart.setOption({ series: (options(finer, first, zooms) as { series: object[] }).series });
    }, REST_MS);
  });
}
