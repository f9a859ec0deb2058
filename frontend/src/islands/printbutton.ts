/** Opens the browser's own printing. */
export function mount(element: HTMLElement): void {
  element.hidden = false;
  element.addEventListener("click", () => window.print());
}
