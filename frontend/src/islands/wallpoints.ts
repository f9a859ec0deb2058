/** Keeps the point wall fresh: when the journal tells of an alarm or a device, and every ten seconds. */
const REST_MS = 500;
const POLL_MS = 10_000;

export function mount(element: HTMLElement): void {
  const box = element.querySelector<HTMLElement>("[data-points]");
  let timer = 0;
  const load = async (): Promise<void> => {
    if (document.hidden) return;
    const answer = await fetch(element.dataset["url"] ?? location.href, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
    if (!box || !answer?.ok || answer.redirected) return;
    const focused = box.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    box.innerHTML = await answer.text();
    if (focused) [...box.querySelectorAll<HTMLElement>("a")].find((link) => link.getAttribute("href") === focused)?.focus({ preventScroll: true });
  };
  document.addEventListener("anning:entry", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void load(), REST_MS);
  });
  window.setInterval(() => void load(), POLL_MS);
}
