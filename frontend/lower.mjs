// Lowers what Chrome 109 lacks in Tabler's styles: light-dark(), color-mix(), oklch(), relative colours, :has(), the dark theme.
import postcss from "postcss";
import { mix, parse, print } from "./color.mjs";

/** Replace each call of `name(...)` in `value`, innermost first, by what `by` makes of its arguments. */
function replaceCalls(value, name, by) {
  for (let at = value.lastIndexOf(`${name}(`); at >= 0; at = at ? value.lastIndexOf(`${name}(`, at - 1) : -1) {
    if (at && /[\w-]/.test(value[at - 1])) continue;
    const from = at + name.length + 1;
    let depth = 1;
    let end = from;
    const commas = [];
    for (; depth; end++) {
      const c = value[end];
      if (c === undefined) throw new Error(`unbalanced: ${value}`);
      if (c === "(") depth++;
      else if (c === ")") depth--;
      else if (c === "," && depth === 1) commas.push(end);
    }
    const cuts = [from - 1, ...commas, end - 1];
    const args = cuts.slice(1).map((cut, i) => value.slice(cuts[i] + 1, cut).trim());
    const made = by(args);
    if (made !== null) value = value.slice(0, at) + made + value.slice(end);
  }
  return value;
}

/** Resolve var() by the rule's own values first, then by the page's; an unknown opacity is full. */
function fixed(text, known) {
  let value = text;
  for (let turn = 0; turn < 8 && value.includes("var("); turn++) {
    value = replaceCalls(value, "var", ([name, fallback]) => known.get(name) ?? fallback ?? (name.endsWith("-opacity") ? "1" : null));
  }
  return value;
}

function relative(text, known) {
  const match = /^from\s+(.+?)\s+calc\(l ([+-]) ([\d.]+)\) c h$/.exec(text.trim());
  if (!match) return null;
  const base = parse(colours(fixed(match[1], known), known));
  if (!base) return null;
  return print({ ...base, l: base.l + (match[2] === "-" ? -1 : 1) * Number(match[3]) });
}

/** "colour 40%" -> [colour, 0.4]; the share may be calc(0.5 * 100%). */
function weighed(text) {
  const match = /^(.*?)\s+(?:calc\(\s*([\d.]+)\s*\*\s*100%\s*\)|([\d.]+)%)$/.exec(text);
  return match ? [match[1], match[2] !== undefined ? Number(match[2]) : Number(match[3]) / 100] : [text, null];
}

function mixed([, one, two], known) {
  const [first, share] = weighed(fixed(one, known));
  const [second, rest] = weighed(fixed(two, known));
  const part = share ?? (rest === null ? 0.5 : 1 - rest);
  const [a, b] = [first, second].map((c) => parse(colours(c, known)));
  if (a && b) return print(mix(a, b, part));
  return weighed(one)[0]; // a colour that only the element knows: unmixed
}

function colours(value, known) {
  let result = replaceCalls(value, "light-dark", ([light]) => light);
  result = replaceCalls(result, "oklch", (args) => {
    const text = args.join(",");
    if (text.startsWith("from")) return relative(text, known) ?? fixed(/^from\s+(\S+)/.exec(text)[1], known);
    const colour = parse(`oklch(${text})`);
    return colour ? print(colour) : null;
  });
  return replaceCalls(result, "color-mix", (args) => mixed(args, known));
}

const PAGE = /^(:root|:host|\[data-bs-theme=light\])$/;
// The dark theme is not offered; :has() only decorates in Tabler, and kernels older than their name lack it.
const LEFT_OUT = /data-bs-theme=dark|data-bs-navbar-theme|\.theme-dark|:has\(/;

/** Return `css` without what is left out, and with every computed colour computed. */
export function lowered(css) {
  const root = postcss.parse(css);
  root.walkRules((rule) => {
    if (!LEFT_OUT.test(rule.selector)) return;
    const kept = rule.selectors.filter((selector) => !LEFT_OUT.test(selector));
    if (kept.length) rule.selectors = kept;
    else rule.remove();
  });
  const page = new Map();
  root.walkRules((rule) => {
    if (rule.parent.type === "root" && rule.selectors.every((s) => PAGE.test(s))) {
      rule.walkDecls(/^--/, (decl) => void page.set(decl.prop, replaceCalls(decl.value, "light-dark", ([light]) => light)));
    }
  });
  root.walkDecls((decl) => {
    if (!/light-dark\(|color-mix\(|oklch\(/.test(decl.value)) return;
    const known = new Map(page);
    decl.parent.walkDecls?.(/^--/, (own) => void known.set(own.prop, own.value));
    decl.value = colours(decl.value, known);
  });
  root.walkDecls("color-scheme", (decl) => void (decl.value = "light"));
  return root.toString();
}
