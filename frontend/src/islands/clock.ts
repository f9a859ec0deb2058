/** Shows the server's time, and says when this computer's clock is off by more than two seconds. */
const TOLERANCE_MS = 2000;

interface Answer {
  now_ms: number;
  rate: number;
}

export function mount(element: HTMLElement): void {
  const face = element.querySelector<HTMLTimeElement>("time");
  const bar = document.querySelector<HTMLElement>("#drift");
  if (!face) return;
  let offset: number | null = null;
  const compare = async (): Promise<void> => {
    const before = performance.now();
    const answer = await fetch(element.dataset["clock"] ?? "", { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const { now_ms, rate } = (await answer.json()) as Answer;
    if (rate !== 1) return; // an accelerated clock is not this computer's to follow
    offset = now_ms + (performance.now() - before) / 2 - Date.now();
    if (!bar) return;
    bar.hidden = Math.abs(offset) <= TOLERANCE_MS;
    const span = bar.querySelector("b");
    if (span) span.textContent = (Math.abs(offset) / 1000).toFixed(0);
  };
  const show = (): void => {
    if (offset === null) return;
    const now = new Date(Date.now() + offset);
    face.textContent = now.toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
    face.dateTime = now.toISOString();
  };
  void compare();
  window.setInterval(() => void compare(), 300_000);
  window.setInterval(show, 1000);
}
