/** A select of rows becomes a box: typing finds by name, initials or code; the select keeps the answer. */
import { combobox } from "../combobox";

export function mount(element: HTMLElement): void {
  const select = element.querySelector("select");
  const url = element.dataset["url"];
  if (!select || !url) return;
  const typed = element.querySelector<HTMLInputElement>('input[name$="__typed"]');
  const box = document.createElement("input");
  Object.assign(box, { type: "text", className: select.className.replace("form-select", "form-control"), id: select.id, placeholder: element.dataset["hint"] ?? "" });
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name) ?? "");
  select.removeAttribute("id");
  select.hidden = true;
  box.value = typed?.value || (select.value ? (select.selectedOptions[0]?.textContent ?? "") : "");
  if (typed) typed.hidden = true;
  element.append(box);
  combobox(box, {
    url,
    none: element.dataset["none"] ?? "",
    take: (choice) => {
      const value = String(choice.id);
      if (![...select.options].some((option) => option.value === value)) select.add(new Option(choice.text, value));
      select.value = value;
      box.value = choice.text;
      if (typed) typed.value = "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
  box.addEventListener("focus", () => box.select());
  box.addEventListener("input", () => {
    select.value = "";
    if (typed) typed.value = box.value;
  });
  box.form?.addEventListener("submit", () => {
    if (!select.value && box.value.trim() && !typed) {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: `${select.name}__typed`, value: box.value.trim() });
      element.append(hidden);
    }
  });
}
