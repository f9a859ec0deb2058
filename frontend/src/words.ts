/** Words of islands: Chinese is the source text; in other languages the page loads the catalogue before this script. */
declare global {
  interface Window {
    gettext?: (text: string) => string;
  }
}

/** Return `text` in the language of the page, with `{name}` filled from `facts`. */
export function gettext(text: string, facts: Record<string, string | number> = {}): string {
  const words = window.gettext ? window.gettext(text) : text;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}
