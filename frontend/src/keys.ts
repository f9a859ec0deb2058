/** Keys of every page: / or Ctrl+K search, ? or F1 help, Escape closes. Off while typing and while composing Chinese. */

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

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    let done = false;
    if (event.key === "F1") done = openHelp();
    else if (control && event.key.toLowerCase() === "k") done = focusSearch();
    else if (control || event.altKey || typing(event)) return;
    else if (event.key === "/") done = focusSearch();
    else if (event.key === "?") done = openHelp();
    if (done) event.preventDefault();
  });
}
