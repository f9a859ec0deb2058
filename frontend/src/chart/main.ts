/** What only pages with a chart load: the needed parts of ECharts and the trend. */
import { mount as trend } from "./trend";

function start(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-island="trend"]')) void trend(element);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
