/** Keeps the counts of the top bar fresh when the journal tells of something. */
const REST_MS = 5000;

export function mount(element: HTMLElement): void {
  let timer = 0;
  const load = async (): Promise<void> => {
    const answer = await fetch(element.dataset["counts"] ?? "", { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const counts = (await answer.json()) as Record<string, number>;
    for (const shown of element.querySelectorAll<HTMLElement>("[data-of]")) {
      const count = String(counts[shown.dataset["of"] ?? ""] ?? 0);
      shown.dataset["count"] = count;
      const text = shown.lastChild;
      if (text) text.textContent = count;
    }
  };
  document.addEventListener("anning:entry", () => {
    timer ||= window.setTimeout(() => {
      timer = 0;
      void load();
    }, REST_MS);
  });
}
