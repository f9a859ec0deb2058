/** A select of rows becomes a box: typing finds by name, initials or code; the select keeps the answer. */
import { waitForQuiet } from "../quiet";

interface Choice {
  id: number;
  text: string;
  more: string;
}

let serial = 0;

export function mount(element: HTMLElement): void {
  const select = element.querySelector("select");
  const url = element.dataset["url"];
  if (!select || !url) return;
  const typed = element.querySelector<HTMLInputElement>('input[name$="__typed"]');
  const recent = `anning:recent:${url.replace(/^.*\/choices\//, "")}`;
  const box = document.createElement("input");
  const list = document.createElement("ul");
  Object.assign(box, { type: "text", className: select.className.replace("form-select", "form-control"), autocomplete: "off", id: select.id, placeholder: element.dataset["hint"] ?? "" });
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name) ?? "");
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-autocomplete", "list");
  list.className = "options";
  list.id = `options-${++serial}`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  box.setAttribute("aria-controls", list.id);
  select.removeAttribute("id");
  select.hidden = true;
  box.value = typed?.value || (select.value ? (select.selectedOptions[0]?.textContent ?? "") : "");
  if (typed) typed.hidden = true;
  element.append(box, list);

  let chosen = -1;
  let asked = 0;
  const items = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("li[data-id]")];
  const show = (open: boolean): void => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) box.removeAttribute("aria-activedescendant");
  };
  const take = (choice: Choice): void => {
    const value = String(choice.id);
    if (![...select.options].some((option) => option.value === value)) select.add(new Option(choice.text, value));
    select.value = value;
    box.value = choice.text;
    if (typed) typed.value = "";
    const kept = [choice, ...last().filter((other) => other.id !== choice.id)].slice(0, 5);
    localStorage.setItem(recent, JSON.stringify(kept));
    select.dispatchEvent(new Event("change", { bubbles: true }));
    show(false);
  };
  const last = (): Choice[] => {
    try {
      return JSON.parse(localStorage.getItem(recent) ?? "[]") as Choice[];
    } catch {
      return [];
    }
  };
  const draw = (choices: Choice[]): void => {
    chosen = -1;
    list.replaceChildren(
      ...choices.map((choice, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.dataset["id"] = String(choice.id);
        item.textContent = choice.text;
        if (choice.more) item.append(Object.assign(document.createElement("small"), { textContent: choice.more }));
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(choice);
        });
        return item;
      }),
    );
    if (!choices.length) list.append(Object.assign(document.createElement("li"), { className: "nothing", textContent: element.dataset["none"] ?? "" }));
    list.dataset["choices"] = JSON.stringify(choices);
    show(true);
  };
  const ask = async (): Promise<void> => {
    const turn = ++asked;
    const answer = await fetch(`${url}?q=${encodeURIComponent(box.value.trim())}`).catch(() => null);
    if (turn !== asked || !answer?.ok) return;
    const found = ((await answer.json()) as { choices: Choice[] }).choices;
    const known = box.value.trim() ? [] : last().filter((choice) => !found.some((other) => other.id === choice.id));
    draw([...known, ...found]);
  };
  const move = (step: number): void => {
    const all = items();
    if (!all.length) return;
    all[chosen]?.setAttribute("aria-selected", "false");
    chosen = (chosen + step + all.length) % all.length;
    const item = all[chosen];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) box.setAttribute("aria-activedescendant", item.id);
  };
  box.addEventListener("focus", () => box.select());
  box.addEventListener("input", () => {
    select.value = "";
    if (typed) typed.value = box.value;
  });
  box.addEventListener("input", waitForQuiet(120, (event) => !(event as InputEvent).isComposing && void ask()));
  box.addEventListener("compositionend", () => void ask());
  box.addEventListener("blur", () => show(false));
  box.addEventListener("click", () => void ask());
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) void ask();
      else move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      const choices = JSON.parse(list.dataset["choices"] ?? "[]") as Choice[];
      const choice = choices[chosen];
      if (choice) take(choice);
      event.preventDefault();
    } else if (event.key === "Escape") show(false);
  });
  box.form?.addEventListener("submit", () => {
    if (!select.value && box.value.trim() && !typed) {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: `${select.name}__typed`, value: box.value.trim() });
      element.append(hidden);
    }
  });
}
