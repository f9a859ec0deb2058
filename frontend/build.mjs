// Builds styles, scripts and icons into anning/ui/static/anning. Run by build.py.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { transform } from "lightningcss";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";
import { lowered } from "./lower.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ANNING = join(HERE, "..", "anning");
const OUT = join(ANNING, "ui", "static", "anning");
const CHROME = 109; // the oldest browser that must work
const ORDER = [["theme", "layout", "pieces"], ["print"]]; // styles of other rooms stand between
const BUDGET = { "anning.css": 40, "anning.js": 120, "map.css": 8, "map.js": 62, "chart.css": 2, "chart.js": 200 }; // KB after gzip

/** Every island of src/islands, gathered so that a new file needs no registration. */
const islands = {
  name: "islands",
  setup(build) {
    build.onResolve({ filter: /^islands$/ }, () => ({ path: "islands", namespace: "islands" }));
    build.onLoad({ filter: /.*/, namespace: "islands" }, () => {
      const names = readdirSync(join(HERE, "src/islands")).filter((f) => f.endsWith(".ts")).map((f) => f.slice(0, -3));
      const imports = names.map((name, i) => `import * as i${i} from "./src/islands/${name}.ts";`);
      const table = names.map((name, i) => `${JSON.stringify(name)}: i${i}.mount`);
      return { contents: `${imports.join("\n")}\nexport const islands = {${table.join(",")}};`, resolveDir: HERE };
    });
  },
};

/** Leaflet without the link of its attribution: nothing that is served names a foreign host. */
const plainLeaflet = {
  name: "leaflet",
  setup(build) {
    build.onLoad({ filter: /leaflet-src\.js$/ }, ({ path }) => ({ contents: readFileSync(path, "utf8").replace(/https?:\/\/(leafletjs\.com|openstreetmap\.org)[^"'\s]*/g, ""), loader: "js" }));
  },
};

async function scripts() {
  const common = { bundle: true, minify: true, format: "iife", target: `chrome${CHROME}`, charset: "utf8", legalComments: "none", logLevel: "warning" };
  await esbuild.build({ ...common, entryPoints: [join(HERE, "src/main.ts")], outfile: join(OUT, "anning.js"), plugins: [islands] });
  await esbuild.build({ ...common, entryPoints: [join(HERE, "src/worker.ts")], outfile: join(OUT, "worker.js") });
  await esbuild.build({ ...common, entryPoints: [join(HERE, "src/atlas/main.ts")], outfile: join(OUT, "map.js"), plugins: [plainLeaflet] });
  await esbuild.build({ ...common, entryPoints: [join(HERE, "src/chart/main.ts")], outfile: join(OUT, "chart.js") });
}

async function styles() {
  const tabler = readFileSync(join(HERE, "node_modules/@tabler/core/dist/css/tabler.css"), "utf8");
  const rooms = readdirSync(join(HERE, "src/styles")).map((f) => f.replace(/\.css$/, "")).filter((f) => !ORDER.flat().includes(f)).sort();
  const own = [...ORDER[0], ...rooms, ...ORDER[1]].map((f) => readFileSync(join(HERE, `src/styles/${f}.css`), "utf8")).join("\n");
  const [purged] = await new PurgeCSS().purge({
    content: [join(ANNING, "**/templates/**/*.html"), join(ANNING, "**/*.py"), join(HERE, "src/**/*.ts")],
    css: [{ raw: tabler }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    safelist: { standard: SAFE },
    keyframes: true,
  });
  const css = lowered(`${purged.css}\n${own}`);
  const { code } = transform({ filename: "anning.css", code: Buffer.from(css), minify: true, targets: { chrome: CHROME << 16 }, errorRecovery: false });
  writeFileSync(join(OUT, "anning.css"), code);
  mapStyles();
  chartStyles();
}

/** Our styles of charts: ECharts itself draws on a canvas and has none. */
function chartStyles() {
  const { code } = transform({ filename: "chart.css", code: readFileSync(join(HERE, "src/chart/chart.css")), minify: true, targets: { chrome: CHROME << 16 } });
  writeFileSync(join(OUT, "chart.css"), code);
}

/** Leaflet's styles without its pictures, and those of our maps: only for pages with a map. */
function mapStyles() {
  const leaflet = postcss.parse(readFileSync(join(HERE, "node_modules/leaflet/dist/leaflet.css"), "utf8"));
  leaflet.walkDecls((decl) => void (/url\(/.test(decl.value) && decl.remove()));
  const own = readFileSync(join(HERE, "src/atlas/atlas.css"), "utf8");
  const { code } = transform({ filename: "map.css", code: Buffer.from(`${leaflet}\n${own}`), minify: true, targets: { chrome: CHROME << 16 } });
  writeFileSync(join(OUT, "map.css"), code);
}

// Common words of Tabler that every room may use without looking whether another already does.
const SAFE = [
  /^(col|row|g|gx|gy|m|mt|mb|ms|me|mx|my|p|pt|pb|ps|pe|px|py|d|gap|order|w|h)(-(sm|md|lg))?(-(auto|none|block|inline|flex|grid|inline-flex|inline-block|[0-9]+))?$/,
  /^(card|btn|form|table|alert|badge|nav|list-group|input-group|progress|dropdown|empty|datagrid|pagination|page-item|page-link|breadcrumb)(-(header|body|title|footer|actions|link|sm|lg|list|tabs|control|select|label|check|check-input|check-label|hint|text|item|icon|primary|danger|success|warning|info|secondary|ghost|outline|responsive|vcenter|hover|striped|bar|menu|content|flush|bordered|subtitle|divider|title|item-action|invalid|feedback))*$/,
  /^(is-invalid|invalid-feedback|required|active|disabled|show|collapse|visually-hidden|text-(start|center|end|muted|secondary|nowrap|truncate|break)|fw-(bold|medium|normal)|align-(items-)?(start|center|end|top|middle|bottom|baseline)|justify-content-(start|center|end|between)|flex-(row|column|wrap|nowrap|fill|grow-1|shrink-0)|float-end|position-(relative|absolute|sticky)|overflow-(auto|hidden)|border(-[a-z0-9]+)?|rounded|list-unstyled|list-inline(-item)?|small|h[1-6])$/,
];

function icons() {
  const names = readFileSync(join(HERE, "icons.txt"), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const file = join(HERE, `node_modules/@tabler/icons/icons/outline/${name}.svg`);
    if (!existsSync(file)) throw new Error(`icons.txt: ${name} is not an outline icon of Tabler`);
    const shapes = readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
  });
  writeFileSync(join(OUT, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

/** Note a short digest of each file, so that pages can ask for exactly this version. */
function manifest() {
  const versions = {};
  for (const name of readdirSync(OUT).filter((f) => /\.(css|js|svg)$/.test(f)).sort()) {
    const bytes = readFileSync(join(OUT, name));
    versions[name] = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
    const packed = gzipSync(bytes, { level: 9 });
    writeFileSync(join(OUT, `${name}.gz`), packed); // served as it lies there
    const kb = packed.length / 1024;
    console.log(`${name.padEnd(12)} ${kb.toFixed(1)} KB gzip`);
    if (kb > (BUDGET[name] ?? Infinity)) throw new Error(`${name} is over its budget of ${BUDGET[name]} KB`);
  }
  writeFileSync(join(OUT, "build.json"), `${JSON.stringify(versions, null, 1)}\n`);
}

mkdirSync(OUT, { recursive: true });
await scripts();
await styles();
icons();
for (const file of readdirSync(join(HERE, "src/assets"))) writeFileSync(join(OUT, file), readFileSync(join(HERE, "src/assets", file)));
manifest();
