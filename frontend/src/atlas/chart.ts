/** A map with the district under it: no tiles, no server but ours. */
import L from "leaflet";
import { larger } from "./canvas";
import { gettext } from "../words";

export interface Said {
  title: string;
  kind: string;
  url?: string;
  label?: string;
  at?: [number, number];
  count?: number;
  grade?: string;
  sketched?: boolean;
  authority?: string;
  phone?: string;
}
export type Feature = GeoJSON.Feature<GeoJSON.Geometry, Said>;
export interface Features {
  features: Feature[];
  clustered?: boolean;
  partial?: boolean;
}
export type Box = [number, number, number, number];
export interface Look {
  land: string;
  edge: string;
  town: string;
  water: string;
  road: string;
  hatch: string;
}

const LIGHT: Look = { land: "#ffffff", edge: "#0b3d91", town: "#8e99a6", water: "#a9c3d0", road: "#cdc6b8", hatch: "#7b8794" };
export const DARK: Look = { land: "#16263d", edge: "#8fa8cc", town: "#4a6080", water: "#2b4a66", road: "#3a4a5e", hatch: "#6d7f96" };
const CHINA: Box = [73, 18, 135, 54];
const FROM_ZOOM: Record<string, number> = { town: 9.5, river: 11, lake: 11.5, enclave: 10 };

/** The scale bar in the reader's words. */
const WordyScale = L.Control.Scale.extend({
  _updateMetric(this: { _getRoundNum(metres: number): number; _updateScale(bar: HTMLElement, text: string, share: number): void; _mScale: HTMLElement }, most: number) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, metres < 1000 ? gettext("{number} 米", { number: metres }) : gettext("{number} 公里", { number: metres / 1000 }), metres / most);
  },
}) as unknown as new (options: L.Control.ScaleOptions) => L.Control;

/** Make the map in `element` and show `box` (west, south, east, north). */
export function chartIn(element: HTMLElement, box: Box | null, options: L.MapOptions = {}): L.Map {
  const map = L.map(element, {
    preferCanvas: true,
    renderer: L.canvas({ padding: 0.3 }),
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.5,
    zoomDelta: 0.5,
    minZoom: 3,
    maxZoom: 19,
    fadeAnimation: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    ...options,
  });
  if (options.zoomControl !== false) L.control.zoom({ zoomInTitle: gettext("放大"), zoomOutTitle: gettext("缩小") }).addTo(map);
  new WordyScale({ imperial: false, position: "bottomright", maxWidth: larger(100) }).addTo(map);
  fit(map, box ?? CHINA);
  return map;
}

export function fit(map: L.Map, [west, south, east, north]: Box): void {
  map.fitBounds([[south, west], [north, east]], { animate: false });
}

function styleOf(said: Said, look: Look): L.PathOptions & { hatch?: string } {
  const quiet = { interactive: false, fill: false };
  switch (said.kind) {
    case "outline":
      return { ...quiet, color: look.edge, weight: 2.5, fill: true, fillColor: look.land, fillOpacity: 1 };
    case "town":
    case "village":
      return { ...quiet, color: look.town, weight: said.kind === "town" ? 1.2 : 0.7, dashArray: "5 4" };
    case "enclave":
      return { color: look.hatch, weight: 1.5, fill: false, hatch: look.hatch };
    case "lake":
      return { ...quiet, color: look.water, weight: 1, fill: true, fillColor: look.water, fillOpacity: 0.7 };
    case "river":
      return { ...quiet, color: look.water, weight: 3.5 };
    case "railway":
      return { ...quiet, color: look.town, weight: 2, dashArray: "8 5" };
    default:
      return { ...quiet, color: look.road, weight: 2 };
  }
}

/** Return what the map stands on, null when the server cannot be reached or does not give it to this reader. */
export async function groundOf(url: string): Promise<Feature[] | null> {
  const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  return answer?.ok ? ((await answer.json()) as Features).features : null;
}

/** Return the box around the outline, else around everything. */
export function boxOf(features: Feature[]): Box | null {
  const outline = features.filter((each) => each.properties.kind === "outline");
  const bounds = L.geoJSON((outline.length ? outline : features) as unknown as GeoJSON.GeoJsonObject).getBounds();
  return bounds.isValid() ? [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] : null;
}

/** Draw what the map stands on, with names that come and go with the zoom. */
export async function layGround(map: L.Map, url: string, dark = false): Promise<boolean> {
  const features = await groundOf(url);
  if (features) drawGround(map, features, dark);
  return features !== null;
}

export function drawGround(map: L.Map, features: Feature[], dark = false): void {
  const look = dark ? DARK : LIGHT;
  L.geoJSON(features as unknown as GeoJSON.GeoJsonObject, {
    style: (feature) => {
      const style = styleOf((feature as Feature).properties, look);
      return { ...style, weight: larger(style.weight ?? 1) };
    },
    onEachFeature: (feature: Feature, each) => {
      if (feature.properties.kind === "enclave") each.on("click", (event) => isDrawing(map) || map.openPopup(enclaveCard(feature.properties), (event as L.LeafletMouseEvent).latlng));
    },
    pointToLayer: (_feature, at) => L.circleMarker(at, { radius: 2, interactive: false }),
  }).addTo(map);
  name(map, features);
}

function name(map: L.Map, features: Feature[]): void {
  const named = features.filter((each) => FROM_ZOOM[each.properties.kind] && each.properties.title);
  const names = named.map(({ properties, geometry }) => {
    const at = properties.at ? L.latLng(properties.at[1], properties.at[0]) : L.geoJSON(geometry).getBounds().getCenter();
    const tip = L.tooltip({ permanent: true, direction: "center", className: `atlas-name is-${properties.kind}`, interactive: false });
    return { kind: properties.kind, tip: tip.setLatLng(at).setContent(document.createTextNode(properties.title) as unknown as HTMLElement) };
  });
  const show = (): void => {
    for (const { kind, tip } of names) {
      if (map.getZoom() >= (FROM_ZOOM[kind] ?? 0)) map.addLayer(tip);
      else map.removeLayer(tip);
    }
  };
  map.on("zoomend", show);
  show();
}

/** Whether a click now means a point of a drawing, not the thing under it. */
export function isDrawing(map: L.Map): boolean {
  return map.getContainer().classList.contains("is-drawing");
}

function enclaveCard(said: Said): HTMLElement {
  const card = document.createElement("div");
  card.className = "atlas-card";
  const lines = [`${said.title} · ${said.label ?? ""}`, said.authority ?? "", gettext("先救援，后移交，留回执")];
  lines.filter(Boolean).forEach((text, place) => {
    const line = document.createElement(place ? "p" : "b");
    line.textContent = text;
    card.append(line);
  });
  if (said.phone) {
    const call = document.createElement("a");
    call.className = "btn btn-sm";
    call.href = `tel:${said.phone}`;
    call.textContent = [gettext("打电话"), said.phone].join(" ");
    card.append(call);
  }
  return card;
}

/** Tell the buttons of a popup in the reader's language; Leaflet knows only English. */
export function speak(popup: L.Popup): void {
  popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", gettext("关闭"));
}
