/** A form that was changed asks before the page is left. */
export function mount(element: HTMLElement): void {
  let changed = false;
  element.addEventListener("input", () => (changed = true));
  element.addEventListener("change", () => (changed = true));
  element.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed && element.isConnected) event.preventDefault();
    if (changed && element.isConnected) event.returnValue = "";
  });
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}
