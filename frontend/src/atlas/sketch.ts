/** Drawing on the map: points by click, touch or keyboard; vertices that can be dragged, nudged, added and taken away. */
import L from "leaflet";
import { gettext } from "../words";

export type Kind = "point" | "line" | "polygon" | "circle";
export interface Listener {
  changed(sketch: Sketch): void; // while drawing and dragging
  done?(sketch: Sketch): void; // when the drawing is finished
}

const STYLE: L.PathOptions = { color: "#6a1b9a", weight: 2.5, fillOpacity: 0.08, interactive: false };
const FEWEST: Record<Kind, number> = { point: 1, line: 2, polygon: 3, circle: 2 };
const NUDGE_PX = 8;

export class Sketch {
  points: L.LatLng[] = [];
  isDone = false;
  private path: L.Polyline | L.Polygon | L.Circle | null = null;
  private handles = L.layerGroup();

  constructor(
    private map: L.Map,
    readonly kind: Kind,
    private listener: Listener,
  ) {
    this.handles.addTo(map);
    map.doubleClickZoom.disable();
    map.on("click", this.clicked);
    map.getContainer().classList.add("is-drawing");
  }

  /** Whether there is a whole shape. */
  get isWhole(): boolean {
    return this.points.length >= FEWEST[this.kind];
  }

  /** Metres from the middle of a circle to its rim. */
  get radius(): number {
    const [middle, rim] = this.points;
    return this.kind === "circle" && middle && rim ? middle.distanceTo(rim) : 0;
  }

  /** The shape as GeoJSON; a circle is its middle, whose radius counts as distance. */
  get geometry(): GeoJSON.Geometry | null {
    if (!this.isWhole) return null;
    const positions = this.points.map((point) => [round(point.lng), round(point.lat)]);
    const first = positions[0] ?? [];
    if (this.kind === "point" || this.kind === "circle") return { type: "Point", coordinates: first };
    if (this.kind === "line") return { type: "LineString", coordinates: positions };
    return { type: "Polygon", coordinates: [[...positions, first]] };
  }

  add(at: L.LatLng): void {
    if (this.isDone) return;
    this.points.push(at);
    this.draw();
    this.listener.changed(this);
    if (this.points.length === FEWEST[this.kind] && (this.kind === "circle" || this.kind === "point")) this.finish();
  }

  undo(): void {
    this.points.pop();
    this.draw();
    this.listener.changed(this);
  }

  finish(): void {
    if (!this.isWhole || this.isDone) return;
    this.isDone = true;
    this.rest();
    this.draw();
    this.listener.done?.(this);
  }

  /** Take up a shape that is there already. */
  take(points: L.LatLng[]): void {
    this.points = points;
    this.isDone = true;
    this.rest();
    this.draw();
  }

  remove(): void {
    this.rest();
    this.path?.remove();
    this.handles.remove();
  }

  private rest(): void {
    this.map.off("click", this.clicked);
    this.map.doubleClickZoom.enable();
    this.map.getContainer().classList.remove("is-drawing");
  }

  private clicked = (event: L.LeafletMouseEvent): void => {
    const last = this.points[this.points.length - 1];
    const isTwice = last && this.map.latLngToLayerPoint(last).distanceTo(event.layerPoint) < 4;
    if (isTwice) this.finish();
    else this.add(event.latlng);
  };

  private draw(): void {
    this.redraw();
    this.handles.clearLayers();
    this.points.forEach((point, place) => this.handles.addLayer(this.handle(point, place)));
    if (this.isDone && (this.kind === "line" || this.kind === "polygon")) this.middles().forEach((each) => this.handles.addLayer(each));
  }

  private redraw(): void {
    const [middle] = this.points;
    if (this.kind === "circle" && middle) {
      if (this.path instanceof L.Circle) this.path.setLatLng(middle).setRadius(this.radius);
      else this.path = L.circle(middle, { ...STYLE, radius: this.radius }).addTo(this.map);
    } else if (this.kind !== "point") {
      if (this.path instanceof L.Polyline) this.path.setLatLngs(this.points);
      else this.path = (this.kind === "polygon" ? L.polygon(this.points, STYLE) : L.polyline(this.points, STYLE)).addTo(this.map);
    }
  }

  private handle(at: L.LatLng, place: number): L.Marker {
    const label = gettext("顶点 {number}", { number: place + 1 });
    const marker = L.marker(at, { draggable: true, title: label, alt: label, icon: icon("atlas-handle"), autoPan: true });
    const move = (to: L.LatLng): void => {
      this.points[place] = to;
      this.redraw();
      this.listener.changed(this);
    };
    marker.on("drag", () => move(marker.getLatLng()));
    marker.on("dragend", () => this.draw());
    marker.on("click", () => {
      if (!this.isDone && place === 0 && this.kind === "polygon") this.finish();
    });
    marker.on("contextmenu", () => this.drop(place));
    marker.on("add", () =>
      marker.getElement()?.addEventListener("keydown", (event) => {
        const step = STEPS[event.key];
        if (event.key === "Delete") this.drop(place);
        else if (step) {
          marker.setLatLng(this.map.layerPointToLatLng(this.map.latLngToLayerPoint(marker.getLatLng()).add(step)));
          move(marker.getLatLng());
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }),
    );
    return marker;
  }

  /** Small handles between the vertices: dragging one makes a new vertex. */
  private middles(): L.Marker[] {
    const ends = this.kind === "polygon" ? this.points.length : this.points.length - 1;
    return this.points.slice(0, ends).map((point, place) => {
      const next = this.points[(place + 1) % this.points.length] ?? point;
      const middle = L.latLng((point.lat + next.lat) / 2, (point.lng + next.lng) / 2);
      const marker = L.marker(middle, { draggable: true, keyboard: false, icon: icon("atlas-handle is-middle"), title: gettext("拖动加点") });
      let isIn = false;
      marker.on("drag", () => {
        this.points.splice(place + 1, isIn ? 1 : 0, marker.getLatLng());
        isIn = true;
        this.redraw();
        this.listener.changed(this);
      });
      marker.on("dragend", () => this.draw());
      return marker;
    });
  }

  private drop(place: number): void {
    if (this.points.length <= FEWEST[this.kind]) return;
    this.points.splice(place, 1);
    this.draw();
    this.listener.changed(this);
  }
}

const STEPS: Record<string, L.Point> = {
  ArrowUp: L.point(0, -NUDGE_PX),
  ArrowDown: L.point(0, NUDGE_PX),
  ArrowLeft: L.point(-NUDGE_PX, 0),
  ArrowRight: L.point(NUDGE_PX, 0),
};

function icon(className: string): L.DivIcon {
  return L.divIcon({ className, iconSize: [14, 14] });
}

function round(degrees: number): number {
  return Number(degrees.toFixed(6));
}
