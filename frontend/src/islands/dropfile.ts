/** Takes a file that is dropped on the form. */
export function mount(element: HTMLElement): void {
  const zone = element.querySelector<HTMLElement>(".drop");
  const input = element.querySelector<HTMLInputElement>('input[type="file"]');
  if (!zone || !input) return;
  const mark = (over: boolean) => (event: DragEvent): void => {
    event.preventDefault();
    zone.classList.toggle("is-over", over);
  };
  zone.addEventListener("dragover", mark(true));
  zone.addEventListener("dragleave", mark(false));
  zone.addEventListener("drop", (event) => {
    mark(false)(event);
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
  });
}
