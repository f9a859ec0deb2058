// Colours as OKLab, so that what newer browsers compute can be computed here. Source: B. Ottosson (2020), OKLab.

const clamp = (x, low = 0, high = 1) => Math.min(high, Math.max(low, x));
const toLinear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const toGamma = (c) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
const number = (text, whole = 1) => (text.endsWith("%") ? (parseFloat(text) / 100) * whole : parseFloat(text));

function fromRgb(red, green, blue, alpha = 1) {
  const [r, g, b] = [red, green, blue].map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    alpha,
  };
}

/** Return the colour that `text` names, or null where it is not a fixed colour. */
export function parse(text) {
  const value = text.trim().toLowerCase();
  if (value === "transparent") return { l: 0, a: 0, b: 0, alpha: 0 };
  if (value === "white") return parse("#fff");
  if (value === "black") return parse("#000");
  const hex = /^#([0-9a-f]{3,8})$/.exec(value)?.[1];
  if (hex) {
    const full = hex.length < 5 ? [...hex].map((c) => c + c).join("") : hex;
    const [r, g, b, alpha = 255] = full.match(/../g).map((pair) => parseInt(pair, 16));
    return fromRgb(r / 255, g / 255, b / 255, alpha / 255);
  }
  const [, name, inner] = /^(rgba?|oklch)\((.*)\)$/.exec(value) ?? [];
  if (!name || /[a-z(]/.test(inner.replace(/deg|none/g, ""))) return null;
  const parts = inner.split(/[\s,/]+/).filter(Boolean);
  if (name !== "oklch") {
    const [r, g, b, alpha = "1"] = parts;
    return fromRgb(...[r, g, b].map((p) => number(p, 255) / 255), number(alpha));
  }
  const [l, c, h, alpha = "1"] = parts;
  const angle = ((parseFloat(h) || 0) * Math.PI) / 180;
  return { l: number(l), a: number(c, 0.4) * Math.cos(angle), b: number(c, 0.4) * Math.sin(angle), alpha: number(alpha) };
}

/** Return `color` as #rrggbb or rgba(), cut to what a screen can show. */
export function print({ l, a, b, alpha }) {
  const [L, M, S] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map((x) => x ** 3);
  const rgb = [
    4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S,
    -1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S,
    -0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S,
  ].map((x) => Math.round(clamp(toGamma(clamp(x))) * 255));
  if (alpha < 0.9995) return `rgba(${rgb.join(",")},${+alpha.toFixed(3)})`;
  return `#${rgb.map((x) => x.toString(16).padStart(2, "0")).join("")}`;
}

/** Mix as CSS does: weights in `share` of the first, colours weighed by their opacity. */
export function mix(first, second, share) {
  const alpha = first.alpha * share + second.alpha * (1 - share);
  const part = (key) => (alpha ? (first[key] * first.alpha * share + second[key] * second.alpha * (1 - share)) / alpha : 0);
  return { l: part("l"), a: part("a"), b: part("b"), alpha };
}
