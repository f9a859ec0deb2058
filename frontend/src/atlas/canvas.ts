/** Signs, clusters and hatching on Leaflet's canvas: what it cannot draw by itself. */
import L from "leaflet";

export interface Sign {
  shape: string;
  colour: string;
  letter: string;
}

const SIZE = 20; // pixels of a sign; its outline is given in a square of this size
const SHARP = 2; // signs are drawn once at twice the size
const HATCH = 10;
let enlarged = 1; // how much larger signs, lines and numbers are on a wall than at a desk
const drawn = new Map<string, HTMLCanvasElement>();

function paper(size: number): [HTMLCanvasElement, CanvasRenderingContext2D | null] {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  return [canvas, canvas.getContext("2d")];
}

/** Draw everything from now on `times` larger. */
export function enlarge(times: number): void {
  enlarged = times;
}

export function larger(pixels: number): number {
  return pixels * enlarged;
}

/** Draw a sign once and keep it: five thousand of them are then copies. */
function pictureOf(sign: Sign): HTMLCanvasElement {
  const key = `${sign.shape} ${sign.colour} ${sign.letter}`;
  const known = drawn.get(key);
  if (known) return known;
  const sharp = Math.ceil(larger(SHARP));
  const [canvas, pen] = paper((SIZE + 2) * sharp);
  if (pen) {
    pen.scale(sharp, sharp);
    pen.translate(1, 1);
    pen.beginPath();
    for (const [x, y] of sign.shape.split(" ").map((pair) => pair.split(",").map(Number))) pen.lineTo(x ?? 0, y ?? 0);
    pen.closePath();
    pen.fillStyle = sign.colour;
    pen.strokeStyle = "#fff";
    pen.fill();
    pen.stroke();
    pen.fillStyle = "#fff";
    pen.font = "11px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(sign.letter, SIZE / 2, SIZE / 2 + 1);
  }
  drawn.set(key, canvas);
  return canvas;
}

interface Drawing {
  _drawing: boolean;
  _ctx: CanvasRenderingContext2D;
}
interface Drawn {
  _renderer: Drawing;
  _point: L.Point;
  _empty(): boolean;
  _map: L.Map;
  options: { sign: Sign; count: string; dense?: boolean };
}

/** Of a dense layer the district view shows dots: signs would cover each other. */
const SIGNS_FROM_ZOOM = 12;

function dot(pen: CanvasRenderingContext2D, at: L.Point, colour: string): void {
  pen.beginPath();
  pen.arc(at.x, at.y, larger(4), 0, Math.PI * 2);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = larger(1);
  pen.strokeStyle = "#fff";
  pen.stroke();
}

/** A sign at a point. */
const SignMarker = L.CircleMarker.extend({
  _updatePath(this: Drawn) {
    const { _drawing, _ctx } = this._renderer;
    if (!_drawing || this._empty()) return;
    if (this.options.dense && this._map.getZoom() < SIGNS_FROM_ZOOM) return dot(_ctx, this._point, this.options.sign.colour);
    const size = larger(SIZE + 2);
    _ctx.drawImage(pictureOf(this.options.sign), this._point.x - size / 2, this._point.y - size / 2, size, size);
  },
}) as unknown as new (at: L.LatLngExpression, options: object) => L.CircleMarker;

/** A cell of many rows: a ring with their number. */
const ClusterMarker = L.CircleMarker.extend({
  _updatePath(this: Drawn & { _radius: number }) {
    const { _drawing, _ctx: pen } = this._renderer;
    if (!_drawing || this._empty()) return;
    const { x, y } = this._point;
    pen.globalAlpha = 0.9;
    pen.beginPath();
    pen.arc(x, y, this._radius, 0, Math.PI * 2);
    pen.fillStyle = "#fff";
    pen.fill();
    pen.lineWidth = larger(3);
    pen.strokeStyle = this.options.sign.colour;
    pen.stroke();
    pen.globalAlpha = 1;
    pen.fillStyle = "#1d2733";
    pen.font = `bold ${larger(12)}px sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(this.options.count, x, y + 0.5);
  },
}) as unknown as new (at: L.LatLngExpression, options: object) => L.CircleMarker;

/** Return a marker that looks like its layer. */
export function signAt(at: L.LatLngExpression, sign: Sign, dense = false): L.CircleMarker {
  return new SignMarker(at, { radius: larger(SIZE / 2), sign, dense });
}

/** Return a marker that stands for `count` rows. */
export function clusterAt(at: L.LatLngExpression, sign: Sign, count: number): L.CircleMarker {
  return new ClusterMarker(at, { radius: larger(13 + Math.min(12, Math.log2(count))), sign, count: String(count) });
}

type Fill = (this: unknown, pen: CanvasRenderingContext2D, layer: L.Path) => void;
const proto = L.Canvas.prototype as unknown as { _fillStroke: Fill };
const plain = proto._fillStroke;

function hatched(pen: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const [canvas, line] = paper(HATCH);
  if (!line) return colour;
  line.strokeStyle = colour;
  line.lineWidth = 1.5;
  for (const shift of [-HATCH, 0, HATCH]) {
    line.moveTo(shift, HATCH);
    line.lineTo(shift + HATCH, 0);
  }
  line.stroke();
  return pen.createPattern(canvas, "repeat") ?? colour;
}

/** Paths with the option `hatch` (a colour) are filled with slanting lines. */
proto._fillStroke = function (pen, layer) {
  const { hatch } = layer.options as { hatch?: string };
  if (hatch) {
    pen.save();
    pen.fillStyle = hatched(pen, hatch);
    pen.fill("evenodd");
    pen.restore();
  }
  plain.call(this, pen, layer);
};
