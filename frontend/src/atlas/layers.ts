/** The layers that are on: fetched once, large ones again for what is in view; what is loaded stays when the network is gone. */
import L from "leaflet";
import { signAt, clusterAt, type Sign } from "./canvas";
import { isDrawing, type Feature, type Features } from "./chart";

const DENSE = 40; // signs of so many rows cover each other at the scale of the district

export interface Layer extends Sign {
  name: string;
  title: string;
  url: string;
  card: string;
  large: boolean;
  count: number;
}
interface Shown {
  group: L.LayerGroup;
  features: Feature[];
  clustered: boolean;
  partial: boolean;
}
export interface Row {
  layer: Layer;
  id: number;
  title: string;
  kind: string;
  url: string;
  at: L.LatLng;
}
type Chosen = (layer: Layer, feature: Feature, at: L.LatLng) => void;

export class Layers {
  private shown = new Map<string, Shown>();
  private asked = new Map<string, number>();

  constructor(
    private map: L.Map,
    readonly known: Layer[],
    private choose: Chosen,
    private changed: (reached: boolean) => void,
  ) {}

  get on(): string[] {
    return [...this.shown.keys()];
  }

  /** Show exactly these layers, in the order of the legend. */
  async show(names: string[]): Promise<void> {
    for (const name of this.on) if (!names.includes(name)) this.hide(name);
    await Promise.all(this.known.filter((layer) => names.includes(layer.name) && !this.shown.has(layer.name)).map((layer) => this.load(layer)));
  }

  /** Fetch again the large layers, whose answer depends on what is in view. */
  async refresh(): Promise<void> {
    await Promise.all(this.known.filter((layer) => this.shown.has(layer.name) && layer.large).map((layer) => this.load(layer)));
  }

  /** Return the rows that are loaded, those in view or all, at most `most`, and how many there are. */
  rows(inView: boolean, most: number): { rows: Row[]; total: number; isCut: boolean } {
    const view = this.map.getBounds();
    const rows: Row[] = [];
    let total = 0;
    let isCut = false;
    for (const layer of this.known) {
      const shown = this.shown.get(layer.name);
      if (!shown) continue;
      if (!inView && layer.large) {
        total += layer.count;
        isCut = true;
        continue;
      }
      for (const feature of shown.features) {
        const at = positionOf(feature);
        if (inView && !view.contains(at)) continue;
        total += feature.properties.count ?? 1;
        if (feature.properties.count) isCut = true;
        else if (rows.length < most) rows.push({ layer, id: Number(feature.id), title: feature.properties.title, kind: feature.properties.kind, url: feature.properties.url ?? "", at });
        else isCut = true;
      }
    }
    return { rows, total, isCut };
  }

  private hide(name: string): void {
    this.shown.get(name)?.group.remove();
    this.shown.delete(name);
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
  }

  private async load(layer: Layer): Promise<void> {
    const turn = (this.asked.get(layer.name) ?? 0) + 1;
    this.asked.set(layer.name, turn);
    if (!this.shown.has(layer.name)) this.shown.set(layer.name, { group: L.layerGroup().addTo(this.map), features: [], clustered: false, partial: false });
    const box = this.map.getBounds().pad(0.2).toBBoxString();
    const url = layer.large ? `${layer.url}?box=${box}&zoom=${Math.floor(this.map.getZoom())}` : layer.url;
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    const shown = this.shown.get(layer.name);
    if (this.asked.get(layer.name) !== turn || !shown) return;
    if (!answer?.ok) return this.changed(false);
    const { features, clustered = false, partial = false } = (await answer.json()) as Features;
    shown.group.clearLayers();
    Object.assign(shown, { features, clustered, partial });
    const dense = features.length > DENSE;
    for (const feature of features) shown.group.addLayer(this.drawn(layer, feature, dense));
    this.changed(true);
  }

  private drawn(layer: Layer, feature: Feature, dense: boolean): L.Layer {
    const at = positionOf(feature);
    const { count } = feature.properties;
    if (count) return clusterAt(at, layer, count).on("click", () => isDrawing(this.map) || this.map.setView(at, this.map.getZoom() + 2));
    const chosen = (): void => {
      if (!isDrawing(this.map)) this.choose(layer, feature, at);
    };
    const sign = signAt(at, layer, dense).on("click", chosen);
    if (feature.geometry.type === "Point") return sign;
    const line = L.geoJSON(feature.geometry, { style: { color: layer.colour, weight: 3, fillOpacity: 0.12 } });
    return L.layerGroup([line.on("click", chosen), sign]);
  }
}

export function positionOf(feature: Feature): L.LatLng {
  const [east, north] = feature.properties.at ?? (feature.geometry as GeoJSON.Point).coordinates;
  return L.latLng(north ?? 0, east ?? 0);
}
