/** The one map (一张图): legend, list in step, cards, search, drawing, measuring, labels; its state stands in the URL. */
import L from "leaflet";
import { waitForQuiet } from "../quiet";
import { gettext } from "../words";
import { Asking } from "./asking";
import { chartIn, fit, layGround, speak, type Box, type Feature } from "./chart";
import { listenTo } from "./finder";
import { Layers, positionOf, type Layer } from "./layers";
import { List } from "./list";
import { Tools } from "./tools";

interface Facts {
  extent: Box;
  ground: string;
  search: string;
  layers: Layer[];
}
const NEAR_ZOOM = 15;
const NEAR_M = 1000;

export function mount(root: HTMLElement): void {
  const canvas = root.querySelector<HTMLElement>("[data-canvas]");
  const panel = root.querySelector<HTMLElement>("#inside");
  const legend = root.querySelector<HTMLFormElement>(".atlas-legend");
  const facts = JSON.parse(root.querySelector("#map-facts")?.textContent ?? "{}") as Facts;
  if (!canvas || !panel || !legend) return;
  const map = chartIn(canvas, facts.extent);
  const asking = new Asking(map, panel, root.dataset["inside"] ?? "", reached);
  const tools = new Tools(root, map, asking);
  const layers = new Layers(map, facts.layers, card, (ok) => {
    reached(ok);
    list.draw();
  });
  const list = new List(root, layers, (row) => goTo(row.layer, row.id, row.title, row.url, row.at), remember);

  function reached(ok: boolean): void {
    const state = root.querySelector<HTMLElement>("[data-state]");
    if (!state) return;
    state.hidden = ok;
    state.textContent = ok ? "" : gettext("与服务器断开：已载入的图层和清单仍可使用，查询和出图暂停");
  }

  function ticked(): string[] {
    return [...(legend?.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked") ?? [])].map((box) => box.value);
  }

  function remember(): void {
    const { lng, lat } = map.getCenter();
    const query = new URLSearchParams({ on: ticked().join(","), at: `${lng.toFixed(4)},${lat.toFixed(4)},${map.getZoom()}` });
    if (!list.isInView) query.set("all", "1");
    history.replaceState(null, "", `${location.pathname}?${query.toString().replace(/%2C/g, ",")}`);
  }

  function recall(): void {
    const query = new URLSearchParams(location.search);
    list.isInView = !query.has("all");
    const [east, north, zoom] = (query.get("at") ?? "").split(",").map(Number);
    if (east && north) map.setView([north, east], zoom || NEAR_ZOOM, { animate: false });
    if (query.has("near") && east && north) near(L.latLng(north, east));
  }

  async function card(layer: Layer, feature: Feature, at = positionOf(feature)): Promise<void> {
    const { title, kind, url = "" } = feature.properties;
    await open(layer, Number(feature.id), title, kind, url, at);
  }

  function goTo(layer: Layer | undefined, id: number, title: string, url: string, at: L.LatLng): void {
    map.setView(at, Math.max(map.getZoom(), NEAR_ZOOM - 1), { animate: false });
    if (layer) void open(layer, id, title, layer.title, url, at);
  }

  async function open(layer: Layer, id: number, title: string, kind: string, url: string, at: L.LatLng): Promise<void> {
    const shell = document.createElement("div");
    shell.className = "atlas-card";
    const head = document.createElement("b");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    if (url) head.append(link);
    else head.append(title);
    shell.append(head, ` ${kind}`);
    const popup = L.popup({ minWidth: 220, maxWidth: 320, maxHeight: 300 }).setLatLng(at).setContent(shell).openOn(map);
    speak(popup);
    if (!layer.card) return;
    const answer = await fetch(`${layer.card}${id}`, { credentials: "same-origin", headers: { "HX-Request": "true" } }).catch(() => null);
    reached(answer !== null);
    if (!answer?.ok || !popup.isOpen()) return;
    shell.className = "";
    shell.innerHTML = await answer.text();
    popup.update();
    speak(popup);
    shell.querySelector<HTMLElement>("[data-near]")?.addEventListener("click", (event) => {
      event.preventDefault();
      map.closePopup(popup);
      near(at);
    });
  }

  function near(at: L.LatLng): void {
    asking.metres = NEAR_M;
    tools.ask("point", [at]);
  }

  legend.addEventListener("change", () => {
    void layers.show(ticked()).then(() => list.draw());
    remember();
  });
  for (const button of legend.querySelectorAll<HTMLButtonElement>("[data-all]")) {
    button.addEventListener("click", () => {
      const boxes = [...(button.closest("details")?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
      const checked = boxes.some((box) => !box.checked);
      boxes.forEach((box) => void (box.checked = checked));
      legend.dispatchEvent(new Event("change"));
    });
  }
  legend.addEventListener("submit", (event) => event.preventDefault());
  root.querySelector("[data-whole]")?.addEventListener("click", () => fit(map, facts.extent));
  root.querySelector(".atlas-picture-form")?.addEventListener("submit", (event) => {
    const form = event.currentTarget as HTMLFormElement;
    const put = (name: string, value: string): void => {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value;
    };
    put("box", map.getBounds().toBBoxString());
    put("on", ticked().join(","));
    put("drawing", JSON.stringify(tools.drawing));
    put("labels", JSON.stringify(tools.labels));
  });
  const input = root.querySelector<HTMLInputElement>("#map-q");
  const answers = root.querySelector<HTMLElement>("#map-answers");
  if (input && answers) {
    listenTo(input, answers, facts.search, (found) => {
      const layer = facts.layers.find((each) => each.name === found.layer);
      const box = layer && legend.querySelector<HTMLInputElement>(`input[value="${layer.name}"]`);
      if (box && !box.checked) box.click();
      goTo(layer, found.id, found.title, found.url, L.latLng(found.lat, found.lon));
    });
  }
  window.addEventListener("offline", () => reached(false));
  window.addEventListener("online", () => void layers.refresh());
  recall();
  void layGround(map, facts.ground).then(reached).then(() => layers.show(ticked())).then(() => {
    list.draw();
    map.on("moveend", waitForQuiet(150, () => void layers.refresh()) as unknown as L.LeafletEventHandlerFn);
    map.on("moveend", () => {
      list.draw();
      remember();
    });
    root.dataset["ready"] = "1";
  });
}
