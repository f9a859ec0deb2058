/**
 * Keeps a home fresh: loads its blocks anew when the journal tells of something, but never under the reader's hand.
 * While the mouse or the keys are in the blocks, a button says that there is news instead.
 */
const REST_MS = 5000;

export function mount(element: HTMLElement): void {
  const button = element.querySelector<HTMLButtonElement>("[data-fresh]");
  let timer = 0;
  const blocks = (): HTMLElement | null => element.querySelector<HTMLElement>(".home-grid");
  const inUse = (): boolean => !!blocks()?.matches(":hover, :focus-within");
  const load = async (): Promise<void> => {
    const answer = await fetch(window.location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".home-grid");
    const old = blocks();
    if (fresh && old) old.replaceWith(fresh);
    if (button) button.hidden = true;
  };
  const notice = (): void => {
    if (timer) return;
    timer = window.setTimeout(() => {
      timer = 0;
      if (inUse()) {
        if (button) button.hidden = false;
      } else if (!document.hidden) void load();
    }, REST_MS);
  };
  button?.addEventListener("click", () => void load());
  document.addEventListener("anning:entry", notice);
  document.addEventListener("anning:reset", notice);
  document.addEventListener("visibilitychange", () => !document.hidden && notice());
}
