/** Keys of a list: j/k move, Enter opens, e edits, n adds; and rows of the same list stay in place while it is refreshed. */
import { isTyping } from "../typing";

/** Leave empty filters out of the address; they are back when the event is over. */
function keepShort(event: Event): void {
  const fields = [...(event.target as HTMLFormElement).querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")];
  const empty = fields.filter((field) => field.name && !field.value && !field.disabled);
  for (const field of empty) field.disabled = true;
  window.setTimeout(() => empty.forEach((field) => (field.disabled = false)));
}

export function mount(element: HTMLElement): void {
  const rows = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>("tr[data-row]")];
  let here = -1;

  const go = (place: number): void => {
    const all = rows();
    if (!all.length) return;
    all[here]?.classList.remove("is-here");
    here = Math.max(0, Math.min(all.length - 1, place));
    const row = all[here];
    row?.classList.add("is-here");
    row?.querySelector<HTMLElement>("td a")?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  const follow = (selector: string): boolean => {
    const link = (rows()[here] ?? element).querySelector<HTMLAnchorElement>(selector);
    link?.click();
    return !!link;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!element.isConnected) return document.removeEventListener("keydown", onKey);
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    let done = true;
    if (event.key === "j") go(here + 1);
    else if (event.key === "k") go(here - 1);
    else if (event.key === "n") done = follow('[data-key="n"]') || !!element.querySelector<HTMLAnchorElement>('[data-key="n"]');
    else if (event.key === "e" && here >= 0) done = follow('.row-actions a[href$="/edit/"]');
    else if (event.key === "x" && here >= 0) rows()[here]?.querySelector<HTMLInputElement>('input[name="key"]')?.click();
    else done = false;
    if (done) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  element.querySelector<HTMLFormElement>(".search-row")?.addEventListener("submit", keepShort, true);
}
