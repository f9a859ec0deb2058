/** Copies the text of the page's box. */
export function mount(element: HTMLElement): void {
  const text = element.querySelector("textarea");
  const button = element.querySelector("button");
  if (!text || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    text.select();
    const copied = navigator.clipboard ? navigator.clipboard.writeText(text.value).then(() => true, () => document.execCommand("copy")) : Promise.resolve(document.execCommand("copy"));
    void copied.then((done) => (button.textContent = element.dataset[done ? "done" : "failed"] ?? ""));
  });
}
