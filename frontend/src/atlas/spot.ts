/** The small map on a record's page: where it lies, nothing to change. */
import L from "leaflet";
import { chartIn, layGround, type Box } from "./chart";

const NEAR_ZOOM = 13;

export function mount(element: HTMLElement): void {
  const facts = JSON.parse(element.querySelector("script")?.textContent ?? "{}") as { extent: Box; at: [number, number]; shape: GeoJSON.Geometry | null; title: string };
  const canvas = element.querySelector<HTMLElement>("[data-canvas]");
  if (!canvas || !facts.at) return;
  const map = chartIn(canvas, facts.extent, { scrollWheelZoom: false });
  const at = L.latLng(facts.at[1], facts.at[0]);
  void layGround(map, element.dataset["ground"] ?? "");
  if (facts.shape) {
    const drawn = L.geoJSON(facts.shape, { style: { color: "#6a1b9a", weight: 3, fillOpacity: 0.1 } }).addTo(map);
    map.fitBounds(drawn.getBounds(), { maxZoom: NEAR_ZOOM + 2, animate: false });
  } else map.setView(at, NEAR_ZOOM, { animate: false });
  L.circleMarker(at, { radius: 8, color: "#fff", weight: 2, fillColor: "#6a1b9a", fillOpacity: 1 }).addTo(map);
}
