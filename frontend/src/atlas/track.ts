/** Vehicles on the map: where each is, and the track of a day to be replayed. */
import L from "leaflet";
import { chartIn, fit, layGround, type Box } from "./chart";

type Point = [at: number, east: number, north: number, speed: number | null];
interface Fleet {
  extent: Box;
  vehicles: Array<{ at: [number, number]; title: string; url: string; fresh: boolean; alarm: boolean }>;
}
const GAP_MS = 600_000; // a longer silence is drawn as a gap
const STEP_MS = 60;
const [NAVY, GREY, BAD] = ["#0b3d91", "#55606f", "#8a1538"];

/** All vehicles at their newest positions; each leads to its track. */
export async function fleet(root: HTMLElement): Promise<void> {
  const canvas = root.querySelector<HTMLElement>("[data-canvas]");
  const facts = JSON.parse(root.querySelector("script[type='application/json']")?.textContent ?? "{}") as Fleet;
  if (!canvas) return;
  const map = chartIn(canvas, facts.extent);
  await layGround(map, root.dataset["ground"] ?? "");
  for (const { at, title, url, fresh, alarm } of facts.vehicles) {
    const marker = L.circleMarker([at[1], at[0]], { radius: alarm ? 9 : 7, color: "#fff", weight: 2, fillColor: alarm ? BAD : fresh ? NAVY : GREY, fillOpacity: 1 });
    const words = document.createElement("span");
    words.textContent = title;
    marker.bindTooltip(words).on("click", () => location.assign(url)).addTo(map);
  }
  root.dataset["ready"] = "1";
}

function pieces(points: Point[]): L.LatLngExpression[][] {
  const lines: L.LatLngExpression[][] = [];
  points.forEach(([at, east, north], i) => {
    if (!i || at - (points[i - 1]?.[0] ?? 0) > GAP_MS) lines.push([]);
    lines[lines.length - 1]?.push([north, east]);
  });
  return lines;
}

function said([at, , , speed]: Point): string {
  const time = new Date(at).toLocaleTimeString("sv-SE", { timeZone: "Asia/Shanghai" });
  return speed === null ? time : `${time}　${Math.round(speed)} km/h`;
}

export async function mount(root: HTMLElement): Promise<void> {
  const canvas = root.querySelector<HTMLElement>("[data-canvas]");
  const player = root.querySelector<HTMLElement>("[data-player]");
  const slider = root.querySelector<HTMLInputElement>("[data-place]");
  const button = root.querySelector<HTMLButtonElement>("[data-play]");
  const words = root.querySelector<HTMLOutputElement>("[data-said]");
  if (!canvas || !player || !slider || !button || !words) return;
  const { extent } = JSON.parse(root.querySelector("script[type='application/json']")?.textContent ?? "{}") as { extent: Box };
  const map = chartIn(canvas, extent);
  await layGround(map, root.dataset["ground"] ?? "");
  const answer = await fetch(root.dataset["url"] ?? "", { cache: "no-store" }).catch(() => null);
  const { points = [] } = answer?.ok ? ((await answer.json()) as { points: Point[] }) : {};
  const [first] = points;
  root.dataset["ready"] = String(points.length);
  if (!first) return;
  const line = L.polyline(pieces(points), { color: NAVY, weight: 3, interactive: false }).addTo(map);
  const bounds = line.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { maxZoom: 15, animate: false, padding: [20, 20] });
  else fit(map, extent);
  const car = L.circleMarker([first[2], first[1]], { radius: 8, color: "#fff", weight: 2, fillColor: BAD, fillOpacity: 1, interactive: false }).addTo(map);
  let timer = 0;
  const place = (): void => {
    const point = points[Number(slider.value)] ?? first;
    car.setLatLng([point[2], point[1]]);
    words.textContent = said(point);
  };
  const stop = (): void => {
    window.clearInterval(timer);
    timer = 0;
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) >= points.length - 1) slider.value = "0";
    button.setAttribute("aria-pressed", "true");
    timer = window.setInterval(() => {
      slider.value = String(Number(slider.value) + Math.max(1, Math.round(points.length / 600)));
      place();
      if (Number(slider.value) >= points.length - 1) stop();
    }, STEP_MS);
  });
  slider.max = String(points.length - 1);
  slider.addEventListener("input", place);
  player.hidden = false;
  place();
}
