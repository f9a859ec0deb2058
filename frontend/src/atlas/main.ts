/** What only pages with a map load: Leaflet, the one map, the wall, the drawing field, the small map of a record. */
import { mount as draw } from "./field";
import { mount as map } from "./map";
import { mount as spot } from "./spot";
import { fleet, mount as track } from "./track";
import { mount as wall } from "./wall";

const mounts: Record<string, (element: HTMLElement) => void | Promise<void>> = { map, wall, draw, spot, fleet, track };

function start(): void {
  document.documentElement.classList.add("has-map");
  for (const element of document.querySelectorAll<HTMLElement>("[data-island]")) void mounts[element.dataset["island"] ?? ""]?.(element);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
