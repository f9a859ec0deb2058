/** Lengths and areas on the globe. */
import type L from "leaflet";
import { gettext } from "../words";

const RADIUS_M = 6_371_008.8;
const rad = (degrees: number): number => (degrees * Math.PI) / 180;

/** Return the length of a path, in metres. */
export function lengthOf(points: L.LatLng[]): number {
  return points.slice(1).reduce((sum, point, place) => sum + (points[place]?.distanceTo(point) ?? 0), 0);
}

/** Return the area of a ring, in square metres (a sphere of the mean radius: within 0.3 %). */
export function areaOf(points: L.LatLng[]): number {
  let sum = 0;
  points.forEach((point, place) => {
    const next = points[(place + 1) % points.length] ?? point;
    sum += rad(next.lng - point.lng) * (2 + Math.sin(rad(point.lat)) + Math.sin(rad(next.lat)));
  });
  return Math.abs((sum * RADIUS_M * RADIUS_M) / 2);
}

export function lengthText(metres: number): string {
  return metres < 1000 ? gettext("{number} 米", { number: metres.toFixed(0) }) : gettext("{number} 公里", { number: (metres / 1000).toFixed(2) });
}

export function areaText(square: number): string {
  const mu = (square / 666.6667).toFixed(0);
  if (square < 100_000) return gettext("{number} 平方米（{mu} 亩）", { number: square.toFixed(0), mu });
  return gettext("{number} 平方公里（{mu} 亩）", { number: (square / 1e6).toFixed(2), mu });
}
