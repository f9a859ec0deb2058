/**
 * Listens to the journal's tail and says when the link is lost: 「与服务器断开 00:12，数据截至 14:26:40」.
 *
 * Hands every entry on as `anning:entry` on the document (`anning:reset`: too much was missed, load anew); falls back
 * to polling every ten seconds. Without a tail it only asks whether the server answers.
 */
const POLL_MS = 10_000;
const GRACE_MS = 3000;

interface Poll {
  entries?: Array<Record<string, unknown>>;
  last?: number | string;
}

export function mount(element: HTMLElement): void {
  const tail = element.dataset["tail"] ?? "";
  const poll = element.dataset["poll"] ?? "";
  const lost = element.querySelector<HTMLElement>("[data-lost]");
  const upto = element.querySelector<HTMLElement>("[data-upto]");
  let last: number | string = element.dataset["after"] ?? "";
  let fresh = Date.now();
  let down: number | null = null;
  let source: EventSource | null = null;
  let polling = 0;

  const alive = (): void => {
    fresh = Date.now();
    down = null;
    element.hidden = true;
    document.body.classList.remove("is-stale");
  };
  const dead = (): void => {
    down ??= Date.now();
  };
  const announce = (detail: unknown): void => void document.dispatchEvent(new CustomEvent("anning:entry", { detail }));
  const tick = (): void => {
    if (down === null || Date.now() - down < GRACE_MS) return;
    const seconds = Math.floor((Date.now() - down) / 1000);
    if (lost) lost.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    if (upto) upto.textContent = new Date(fresh).toLocaleTimeString("sv-SE", { timeZone: "Asia/Shanghai" });
    element.hidden = false;
    document.body.classList.add("is-stale");
  };
  const ask = async (): Promise<void> => {
    const answer = await fetch(`${poll}?after=${encodeURIComponent(last)}`, { credentials: "include", cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return dead();
    const { entries = [], last: newest = last } = (await answer.json()) as Poll;
    last = newest;
    alive();
    entries.forEach(announce);
  };
  const fallBack = (): void => {
    if (polling) return;
    void ask();
    polling = window.setInterval(() => void ask(), POLL_MS);
  };
  const listen = (): void => {
    source = new EventSource(tail, { withCredentials: true });
    source.onopen = () => {
      window.clearInterval(polling);
      polling = 0;
      alive();
    };
    source.onmessage = (event: MessageEvent<string>) => {
      alive();
      if (event.lastEventId) last = event.lastEventId;
      announce(JSON.parse(event.data));
    };
    source.addEventListener("beat", alive);
    source.addEventListener("reset", () => void document.dispatchEvent(new CustomEvent("anning:reset")));
    source.onerror = () => {
      dead();
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(listen, POLL_MS);
      fallBack();
    };
  };
  document.addEventListener("anning:offline", dead);
  window.addEventListener("offline", dead);
  window.addEventListener("pagehide", () => source?.close());
  window.setInterval(tick, 1000);
  if (tail) listen();
  else fallBack();
}
