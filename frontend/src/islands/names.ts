/** A text of names becomes chips: typing finds people, posts, units and roles; the text keeps what is sent. */
import { combobox } from "../combobox";
import { gettext } from "../words";

const SEPARATOR = /[、,，;；\n]+/;

export function mount(element: HTMLElement): void {
  const text = element.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
  const url = element.dataset["url"];
  if (!text || !url) return;
  const most = Number(element.dataset["most"] ?? "0");
  const isRequired = text.required;
  const row = document.createElement("span");
  const box = document.createElement("input");
  row.className = "name-chips";
  Object.assign(box, { type: "text", className: text.className, id: text.id, placeholder: element.dataset["hint"] ?? "" });
  for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) if (text.hasAttribute(name)) box.setAttribute(name, text.getAttribute(name) ?? "");
  text.removeAttribute("id");
  text.required = false; // a hidden field cannot be pointed at; the box asks instead
  text.hidden = true;
  element.append(row, box);

  let names = text.value.split(SEPARATOR).map((name) => name.trim()).filter(Boolean);
  const drop = (name: string): void => {
    names = names.filter((other) => other !== name);
    draw();
    box.focus();
  };
  const draw = (): void => {
    text.value = names.join("、");
    row.replaceChildren(
      ...names.map((name) => {
        const chip = Object.assign(document.createElement("span"), { className: "name-chip", textContent: name });
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
        button.setAttribute("aria-label", gettext("去掉 {name}", { name }));
        button.addEventListener("click", () => drop(name));
        chip.append(button);
        return chip;
      }),
    );
    row.hidden = !names.length;
    box.hidden = most > 0 && names.length >= most;
    box.required = isRequired && !names.length;
  };
  const add = (typed: string): void => {
    const fresh = typed.split(SEPARATOR).map((name) => name.trim()).filter((name) => name && !names.includes(name));
    names = [...names, ...fresh];
    box.value = "";
    draw();
    text.dispatchEvent(new Event("change", { bubbles: true }));
  };
  combobox(box, {
    url,
    none: element.dataset["none"] ?? "",
    takesFirst: true,
    take: (choice) => {
      add(choice.text);
      if (box.hidden) row.querySelector("button")?.focus();
      else box.focus();
    },
  });
  box.addEventListener("input", (event) => {
    if (!(event as InputEvent).isComposing && SEPARATOR.test(box.value)) add(box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const last = names[names.length - 1];
    if (event.key === "Backspace" && !box.value && last) drop(last);
  });
  box.form?.addEventListener("submit", () => {
    if (box.value.trim()) add(box.value);
  });
  draw();
}
