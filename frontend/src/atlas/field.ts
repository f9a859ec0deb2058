/** The drawing field of a record form: sets longitude, latitude and shape; without it they are plain inputs. */
import L from "leaflet";
import { gettext } from "../words";
import { boxOf, chartIn, drawGround, groundOf } from "./chart";
import { Sketch, type Kind } from "./sketch";

const NEAR_ZOOM = 14;

export async function mount(element: HTMLElement): Promise<void> {
  const canvas = element.querySelector<HTMLElement>("[data-canvas]");
  const form = element.closest("form");
  const input = (name: string): HTMLInputElement | HTMLTextAreaElement | null => form?.querySelector(`[name="${name}"]`) ?? null;
  const east = input("longitude");
  const north = input("latitude");
  const shape = input("shape");
  const ground = await groundOf(element.dataset["ground"] ?? "");
  if (!canvas || !east || !north || !ground) return;
  element.hidden = false;
  const map = chartIn(canvas, boxOf(ground), { scrollWheelZoom: false });
  drawGround(map, ground);
  let sketch: Sketch | null = null;

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
      if (shape?.value.trim()) L.geoJSON(JSON.parse(shape.value) as GeoJSON.GeoJsonObject, { style: { color: "#6a1b9a", weight: 2, interactive: false } }).addTo(map);
      begin("point").take([at]);
      map.setView(at, NEAR_ZOOM, { animate: false });
    }
  };
  if (!shape) element.querySelectorAll<HTMLElement>("[data-draw=line], [data-draw=polygon]").forEach((each) => each.remove());
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
  const plain = shape?.closest<HTMLElement>(".field");
  if (plain && !plain.classList.contains("has-error")) plain.hidden = true; // the map shows it better than its text
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
