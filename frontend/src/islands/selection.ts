/** Ticks of a list: shows the bulk bar with how many are ticked, and ticks a whole page. */
export function mount(element: HTMLElement): void {
  const bar = element.querySelector<HTMLElement>(".bulk-bar");
  const every = element.querySelector<HTMLInputElement>("[data-tick-all]");
  const all = element.querySelector<HTMLInputElement>('input[name="all"]');
  const said = element.querySelector<HTMLElement>("[data-picked]");
  const boxes = [...element.querySelectorAll<HTMLInputElement>('input[name="key"]')];
  if (!bar || !said) return;

  const show = (): void => {
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = all?.checked ?? false;
    bar.classList.toggle("is-on", ticked > 0 || whole);
    said.textContent = (said.dataset["picked"] ?? "#").replace("#", String(whole ? element.dataset["total"] : ticked));
    if (every) {
      every.checked = ticked === boxes.length && ticked > 0;
      every.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  };
  every?.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    if (!every.checked && all) all.checked = false;
    show();
  });
  element.addEventListener("change", show);
  show();
}
