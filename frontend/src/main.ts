/** What every page loads: htmx, the islands found on the page, and the keys. */
import htmx from "htmx.org";
import { islands } from "islands";
import { listenForKeys } from "./keys";
import { tidyMenus } from "./menus";

const mounted = new WeakSet<HTMLElement>();

/** Mount the islands in `root` that are not mounted yet. */
function mountIn(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-island]")) {
    const mount = islands[element.dataset["island"] ?? ""];
    if (!mount || mounted.has(element)) continue;
    mounted.add(element);
    mount(element);
  }
}

function guardRequests(): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event as CustomEvent<{ headers: Record<string, string> }>;
    detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:afterSettle", (event) => mountIn((event.target as HTMLElement).parentElement ?? document));
  document.addEventListener("htmx:sendError", () => {
    document.dispatchEvent(new CustomEvent("anning:offline"));
  });
}

function start(): void {
  document.documentElement.classList.add("has-js");
  guardRequests();
  listenForKeys();
  tidyMenus();
  mountIn(document);
  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  }
}

Object.assign(htmx.config, {
  includeIndicatorStyles: false, // the content security policy allows no inline style
  allowEval: false,
  historyCacheSize: 0, // pages may show what the next reader of this computer must not see
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true }, // errors come as a message for #messages
  ],
});
(window as unknown as { htmx: typeof htmx }).htmx = htmx;
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
