/** The drawing field of a record form: sets longitude, latitude and shape; without it they are plain inputs. */
import L from "leaflet";
import { gettext } from "../words";
import { chartIn, layGround, type Box } from "./chart";
import { Sketch, type Kind } from "./sketch";

const NEAR_ZOOM = 14;

export function mount(element: HTMLElement): void {
  const facts = JSON.parse(element.querySelector("script")?.textContent ?? "{}") as { extent: Box };
  const canvas = element.querySelector<HTMLElement>("[data-canvas]");
  const form = element.closest("form");
  const input = (name: string): HTMLInputElement | HTMLTextAreaElement | null => form?.querySelector(`[name="${name}"]`) ?? null;
  const east = input("longitude");
  const north = input("latitude");
  const shape = input("shape");
  if (!canvas || !east || !north) return;
  element.hidden = false;
  const map = chartIn(canvas, facts.extent, { scrollWheelZoom: false });
  let sketch: Sketch | null = null;
  void layGround(map, element.dataset["ground"] ?? "");

  const put = (field: HTMLInputElement | HTMLTextAreaElement | null, text: string): void => {
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const write = (drawn: Sketch): void => {
    const { geometry, kind, points } = drawn;
    if (!geometry) return;
    const middle = kind === "point" ? (points[0] ?? map.getCenter()) : L.latLngBounds(points).getCenter();
    put(east, middle.lng.toFixed(6));
    put(north, middle.lat.toFixed(6));
    put(shape, kind === "point" ? "" : JSON.stringify(geometry));
  };
  const begin = (kind: Kind): Sketch => {
    sketch?.remove();
    sketch = new Sketch(map, kind, { changed: write, done: write });
    return sketch;
  };
  const takeUp = (): void => {
    const drawn = shape?.value.trim() ? outlineOf(shape.value) : null;
    const at = Number(east.value) && Number(north.value) ? L.latLng(Number(north.value), Number(east.value)) : null;
    if (drawn) {
      begin(drawn.kind).take(drawn.points);
      map.fitBounds(L.latLngBounds(drawn.points), { maxZoom: NEAR_ZOOM, animate: false });
    } else if (at) {
      begin("point").take([at]);
      map.setView(at, NEAR_ZOOM, { animate: false });
    }
  };
  for (const button of element.querySelectorAll<HTMLButtonElement>("[data-draw]")) {
    button.addEventListener("click", () => {
      const kind = button.dataset["draw"] as Kind;
      begin(kind);
      canvas.focus({ preventScroll: true });
      const said = element.querySelector<HTMLElement>("[data-said]");
      if (said) said.textContent = kind === "point" ? gettext("点一下图上的位置") : gettext("逐点点击，双击或“完成”结束");
    });
  }
  element.querySelector("[data-add]")?.addEventListener("click", () => sketch?.add(map.getCenter()));
  element.querySelector("[data-finish]")?.addEventListener("click", () => sketch?.finish());
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== canvas) return;
    sketch?.add(map.getCenter());
    event.preventDefault();
  });
  [east, north].forEach((field) => field.addEventListener("change", () => !shape?.value && takeUp()));
  takeUp();
}

/** Return what a simple line or polygon may be edited as; anything with holes or parts stays as it is. */
function outlineOf(text: string): { kind: Kind; points: L.LatLng[] } | null {
  try {
    const geometry = JSON.parse(text) as GeoJSON.Geometry;
    const positions = geometry.type === "LineString" ? geometry.coordinates : geometry.type === "Polygon" && geometry.coordinates.length === 1 ? geometry.coordinates[0]?.slice(0, -1) : null;
    if (!positions || positions.length > 200) return null;
    return { kind: geometry.type === "LineString" ? "line" : "polygon", points: positions.map(([x, y]) => L.latLng(y ?? 0, x ?? 0)) };
  } catch {
    return null;
  }
}
