/** The search box on the map: by name, code or initials; Enter or a click goes there. */
import { waitForQuiet } from "../quiet";
import { gettext } from "../words";

export interface Found {
  layer: string;
  title: string;
  kind: string;
  url: string;
  lon: number;
  lat: number;
  id: number;
}

export function listenTo(input: HTMLInputElement, list: HTMLElement, url: string, go: (found: Found) => void): void {
  let turn = 0;
  let chosen = -1;
  let found: Found[] = [];
  const show = (visible: boolean): void => {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
  };
  const choose = (place: number): void => {
    chosen = found.length ? (place + found.length) % found.length : -1;
    [...list.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === chosen)));
    input.setAttribute("aria-activedescendant", chosen < 0 ? "" : `map-answer-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const pick = (place: number): void => {
    const one = found[place];
    if (!one) return;
    show(false);
    input.value = one.title;
    go(one);
  };
  const line = (one: Found, place: number): HTMLElement => {
    const option = document.createElement("div");
    option.className = "answer";
    option.id = `map-answer-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const kind = document.createElement("small");
    kind.textContent = ` ${one.kind}`;
    option.append(one.title, kind);
    option.addEventListener("click", () => pick(place));
    return option;
  };
  const ask = async (): Promise<void> => {
    const text = input.value.trim();
    const mine = ++turn;
    if (!text) return show(false);
    const answer = await fetch(`${url}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" }).catch(() => null);
    if (mine !== turn || !answer?.ok) return;
    ({ found } = (await answer.json()) as { found: Found[] });
    list.replaceChildren(...found.map(line));
    if (!found.length) list.textContent = gettext("没有找到");
    choose(0);
    show(true);
  };
  input.addEventListener("input", waitForQuiet(120, (event) => !(event as InputEvent).isComposing && void ask()));
  input.addEventListener("compositionend", () => void ask());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") pick(Math.max(0, chosen));
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => !list.parentElement?.contains(event.target as Node) && show(false));
}
