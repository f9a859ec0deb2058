/** Type-ahead of the search box: asks the server while typing; Enter without it still opens the search page. */
import { waitForQuiet } from "../quiet";

export function mount(form: HTMLElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=search]");
  const list = form.querySelector<HTMLElement>(".search-answers");
  if (!input || !list) return;
  let asked = 0;
  let chosen = -1;
  const answers = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];
  const show = (visible: boolean): void => {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
    if (!visible) chosen = -1;
  };
  const choose = (index: number): void => {
    const rows = answers();
    if (!rows.length) return;
    chosen = (index + rows.length) % rows.length;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    input.setAttribute("aria-activedescendant", rows[chosen]?.id ?? "");
    rows[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const ask = async (): Promise<void> => {
    const text = input.value.trim();
    const turn = ++asked;
    if (!text) return show(false);
    const answer = await fetch(`${form.dataset["answers"]}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== asked || !answer?.ok) return;
    list.innerHTML = await answer.text();
    chosen = -1;
    show(true);
  };
  input.addEventListener("input", waitForQuiet(120, (event) => !(event as InputEvent).isComposing && void ask()));
  input.addEventListener("compositionend", () => void ask());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
      event.preventDefault();
    } else if (event.key === "Enter" && chosen >= 0) {
      answers()[chosen]?.querySelector("a")?.click();
      event.preventDefault();
    } else if (event.key === "Escape") show(false);
  });
  document.addEventListener("click", (event) => !form.contains(event.target as Node) && show(false));
}
