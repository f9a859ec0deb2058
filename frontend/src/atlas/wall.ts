/** The wall (大屏): the map in the dark, numbers fetched again every ten seconds; nothing moves by itself. */
import { enlarge } from "./canvas";
import { chartIn, fit, layGround, type Box } from "./chart";
import { Layers, type Layer } from "./layers";

const FRESH_MS = 10_000;
const DESIGNED_PX = 1920; // a wider wall draws everything larger

export function mount(root: HTMLElement): void {
  const canvas = root.querySelector<HTMLElement>("[data-canvas]");
  const numbers = root.querySelector<HTMLElement>("[data-numbers]");
  const facts = JSON.parse(root.querySelector("#map-facts")?.textContent ?? "{}") as { extent: Box; ground: string; layers: Layer[]; on: string[] };
  if (!canvas || !numbers) return;
  enlarge(Math.max(1, window.innerWidth / DESIGNED_PX));
  const map = chartIn(canvas, facts.extent, { zoomControl: false, zoomSnap: 0 });
  fit(map, facts.extent);
  const layers = new Layers(map, facts.layers, (_layer, feature) => location.assign(feature.properties.url ?? "#"), () => undefined);
  const refresh = async (): Promise<void> => {
    const answer = await fetch(numbers.dataset["numbers"] ?? "", { credentials: "same-origin", headers: { "HX-Request": "true", "X-Anning-Poll": "1" }, cache: "no-store" }).catch(() => null);
    root.classList.toggle("is-stale", !answer?.ok);
    if (answer?.ok && !answer.redirected) numbers.innerHTML = await answer.text();
  };
  window.setInterval(() => void refresh(), FRESH_MS);
  void layGround(map, facts.ground, true)
    .then(() => layers.show(facts.on))
    .then(() => void (root.dataset["ready"] = "1"));
}
