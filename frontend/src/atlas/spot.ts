/** The small map on a record's page: where it lies, nothing to change. */
import L from "leaflet";
import { boxOf, chartIn, drawGround, groundOf } from "./chart";

const NEAR_ZOOM = 13;

export async function mount(element: HTMLElement): Promise<void> {
  const facts = JSON.parse(element.querySelector("script")?.textContent ?? "{}") as { at: [number, number]; shape: GeoJSON.Geometry | null };
  const canvas = element.querySelector<HTMLElement>("[data-canvas]");
  const ground = await groundOf(element.dataset["ground"] ?? "");
  if (!canvas || !ground) return;
  element.hidden = false;
  const map = chartIn(canvas, boxOf(ground), { scrollWheelZoom: false });
  drawGround(map, ground);
  const at = L.latLng(facts.at[1], facts.at[0]);
  if (facts.shape) {
    const drawn = L.geoJSON(facts.shape, { style: { color: "#6a1b9a", weight: 3, fillOpacity: 0.1 } }).addTo(map);
    map.fitBounds(drawn.getBounds(), { maxZoom: NEAR_ZOOM + 2, animate: false });
  } else map.setView(at, NEAR_ZOOM, { animate: false });
  L.circleMarker(at, { radius: 8, color: "#fff", weight: 2, fillColor: "#6a1b9a", fillOpacity: 1, interactive: false }).addTo(map);
}
