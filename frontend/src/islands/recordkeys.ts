/** Keys of a record: e edits it. */
import { isTyping } from "../typing";

export function mount(element: HTMLElement): void {
  const onKey = (event: KeyboardEvent): void => {
    if (!element.isConnected) return document.removeEventListener("keydown", onKey);
    if (event.key !== "e" || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    document.querySelector<HTMLAnchorElement>('[data-key="e"]')?.click();
  };
  document.addEventListener("keydown", onKey);
}
