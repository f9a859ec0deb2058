/**
 * Keys of every page: / or Ctrl+K search, ? or F1 help; further letters press what names them by `data-key`.
 * Off while typing and while composing Chinese. Buttons with `data-print` print.
 */

function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return event.isComposing || !!target?.closest("input, textarea, select, [contenteditable]");
}

function openHelp(): boolean {
  const help = document.querySelector<HTMLDetailsElement>("#help");
  if (!help) return false;
  help.open = !help.open;
  (help.open ? help.querySelector<HTMLElement>(".help-body") : help.querySelector<HTMLElement>("summary"))?.focus();
  return true;
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("#search");
  search?.focus();
  search?.select();
  return !!search;
}

/** Press the visible element whose `data-key` is this key. */
function press(key: string): boolean {
  const target = [...document.querySelectorAll<HTMLElement>("[data-key]")].find((e) => e.dataset["key"] === key && e.offsetParent);
  target?.click();
  return !!target;
}

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    let done = false;
    if (event.key === "F1") done = openHelp();
    else if (control && event.key.toLowerCase() === "k") done = focusSearch();
    else if (control || event.altKey || typing(event)) return;
    else if (event.key === "/") done = focusSearch();
    else if (event.key === "?") done = openHelp();
    else if (!event.repeat) done = press(event.key);
    if (done) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-print]")) window.print();
  });
}
