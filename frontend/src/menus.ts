/** Menus are <details class="menu">: they open without this script; it closes them as people expect. */
const NARROW = window.matchMedia("(max-width: 767.98px)");

/** Open menus; on a telephone the groups of the rail are menus too, since they lie over the page. */
function open(): HTMLDetailsElement[] {
  const wanted = NARROW.matches ? "details.menu[open], .rail details[open]" : "details.menu[open]";
  return [...document.querySelectorAll<HTMLDetailsElement>(wanted)];
}

export function tidyMenus(): void {
  if (NARROW.matches) for (const group of document.querySelectorAll<HTMLDetailsElement>(".rail details[open]")) group.open = false;
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector<HTMLElement>("summary")?.focus();
    }
  });
}
