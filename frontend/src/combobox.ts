/** Makes a text box a combobox: typing asks the server, arrows and Enter choose, the last five taken come first. */
import { waitForQuiet } from "./quiet";

export interface Choice {
  id: number | string;
  text: string;
  more: string;
}

export interface Asked {
  url: string;
  none: string; // what is said when nothing was found
  take: (choice: Choice) => void;
  takesFirst?: boolean; // Enter takes the first answer, also one that is still on its way
}

let serial = 0;

/** Put the list of choices behind `box`, which must stand in the page, and listen. */
export function combobox(box: HTMLInputElement, { url, none, take, takesFirst = false }: Asked): void {
  const recent = `anning:recent:${url.replace(/^.*\/choices\//, "")}`;
  const list = document.createElement("ul");
  box.autocomplete = "off";
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-autocomplete", "list");
  list.className = "options";
  list.id = `options-${++serial}`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  box.setAttribute("aria-controls", list.id);
  box.after(list);

  let chosen = -1;
  let asked = 0;
  let offered: Choice[] = [];
  let waits = false; // Enter was pressed before the answer came
  const items = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("li[data-id]")];
  const show = (open: boolean): void => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) box.removeAttribute("aria-activedescendant");
  };
  const last = (): Choice[] => {
    try {
      return JSON.parse(localStorage.getItem(recent) ?? "[]") as Choice[];
    } catch {
      return [];
    }
  };
  const choose = (choice: Choice): void => {
    const kept = [choice, ...last().filter((other) => other.id !== choice.id)].slice(0, 5);
    localStorage.setItem(recent, JSON.stringify(kept));
    asked++; // an answer still on its way is too late
    take(choice);
    show(false);
  };
  const draw = (choices: Choice[]): void => {
    chosen = -1;
    offered = choices;
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
          choose(choice);
        });
        return item;
      }),
    );
    if (!choices.length) list.append(Object.assign(document.createElement("li"), { className: "nothing", textContent: none }));
    show(true);
  };
  const ask = async (): Promise<void> => {
    const turn = ++asked;
    const text = box.value.trim();
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`).catch(() => null);
    if (turn !== asked || !answer?.ok) return;
    const found = ((await answer.json()) as { choices: Choice[] }).choices;
    const known = text ? [] : last().filter((choice) => !found.some((other) => other.id === choice.id));
    const first = found[0];
    const isWanted = waits && !!first;
    waits = false;
    if (isWanted && first) choose(first);
    else draw([...known, ...found]);
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
  box.addEventListener("input", waitForQuiet(120, (event) => !(event as InputEvent).isComposing && void ask()));
  box.addEventListener("compositionend", () => void ask());
  box.addEventListener("blur", () => show(false));
  box.addEventListener("click", () => void ask());
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const choice = offered[chosen];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) void ask();
      else move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter" && !list.hidden && choice) {
      choose(choice);
      event.preventDefault();
    } else if (event.key === "Enter" && takesFirst && box.value.trim()) {
      waits = true;
      void ask();
      event.preventDefault();
    } else if (event.key === "Escape") show(false);
  });
}
