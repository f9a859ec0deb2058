/**
 * The alarm desk. New alarms arrive in a bar and never move what lies under the hand; clocks run by the server's time;
 * keys act on the row that is marked; the sound repeats until everything is acknowledged.
 */
import { Deeds } from "../desk/deeds";
import { Siren } from "../desk/siren";
import { isTyping } from "../typing";
import { gettext } from "../words";

const POLL_MS = 10_000; // also when the journal is silent: clocks, devices, freshness
const DEEDS: Record<string, string> = { a: "acknowledge", v: "judge", s: "shelve", h: "hand-up" };

export function mount(root: HTMLElement): void {
  const url = root.dataset["url"] ?? location.pathname;
  const box = root.querySelector<HTMLElement>("[data-rows]");
  const dialog = root.querySelector<HTMLDialogElement>("[data-dialog]");
  const news = root.querySelector<HTMLButtonElement>("[data-news]");
  if (!box || !dialog || !news) return;
  const siren = new Siren(root);
  const deeds = new Deeds(dialog, () => void load(true));
  const opened = new Set<string>(); // groups that are unfolded
  const title = document.title;
  let here = "";
  let fresh = ""; // the newest answer, shown when asked for
  let loadedAt = performance.now();
  let isLoading = false;
  let isStale = false; // news came while the answer was on its way
  let turn = 0;

  const queue = (): HTMLElement | null => box.querySelector<HTMLElement>("#queue");
  const rows = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>("tr[data-row]")].filter((row) => !row.hidden);
  const rowOf = (key: string): HTMLElement | undefined => rows().find((row) => row.dataset["row"] === key);
  const say = (text: string, loud: boolean): void => {
    const place = root.querySelector<HTMLElement>(loud ? "[data-shouted]" : "[data-said]");
    if (place) place.textContent = text;
  };

  function mark(row: HTMLElement | undefined): void {
    box?.querySelectorAll(".is-here").forEach((each) => each.classList.remove("is-here"));
    here = row?.dataset["row"] ?? "";
    row?.classList.add("is-here");
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector<HTMLElement>("[data-open]")?.focus({ preventScroll: true });
  }

  function move(step: number): void {
    const all = rows();
    const at = all.findIndex((row) => row.dataset["row"] === here);
    mark(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]);
  }

  function unfold(): void {
    for (const group of box?.querySelectorAll<HTMLElement>("tbody[data-group]") ?? []) {
      const isOpen = opened.has(group.dataset["group"] ?? "");
      group.querySelectorAll<HTMLElement>("[data-member]").forEach((row) => void (row.hidden = !isOpen));
      group.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(isOpen));
    }
  }

  /** Show the newest answer as a whole: what the reader asked for by the bar, a key, or a deed. */
  function show(): void {
    if (!fresh || !box) return;
    box.innerHTML = fresh;
    fresh = "";
    loadedAt = performance.now();
    if (news) news.hidden = true;
    unfold();
    const row = rowOf(here);
    if (row) row.classList.add("is-here");
    settle();
  }

  function settle(): void {
    const facts = queue()?.dataset ?? {};
    const open = Number(facts["unacknowledged"] ?? "0");
    document.title = open ? `(${open}) ${title}` : title;
    siren.sound(Number(facts["sounding"] ?? "0"));
    tick();
  }

  /** Take over what may change under the hand: the rows that are here already, in their places. */
  function takeOver(page: Document): number {
    const known = new Map([...(box?.querySelectorAll<HTMLElement>("tr[data-row]") ?? [])].map((row) => [row.dataset["row"], row]));
    let added = 0;
    const seen = new Set<string | undefined>();
    for (const row of page.querySelectorAll<HTMLElement>("tr[data-row]")) {
      const old = known.get(row.dataset["row"]);
      seen.add(row.dataset["row"]);
      if (!old) added += 1;
      else if (old.dataset["version"] !== row.dataset["version"]) {
        row.hidden = old.hidden;
        row.classList.toggle("is-here", old.classList.contains("is-here"));
        old.replaceWith(row.cloneNode(true));
      }
    }
    for (const [key, row] of known) if (!seen.has(key)) row.classList.add("is-gone");
    const facts = page.querySelector(".desk-facts");
    if (facts) box?.querySelector(".desk-facts")?.replaceWith(facts.cloneNode(true));
    const from = page.querySelector<HTMLElement>("#queue");
    const to = queue();
    if (from && to) Object.assign(to.dataset, from.dataset);
    loadedAt = performance.now();
    return added;
  }

  async function load(whole = false): Promise<void> {
    const mine = (turn += 1);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== turn) return;
    fresh = await answer.text();
    const page = new DOMParser().parseFromString(fresh, "text/html");
    const isEmpty = !box?.querySelector("tr[data-row]");
    if (whole || isEmpty) {
      const before = box?.querySelectorAll("tr[data-row]").length ?? 0;
      show();
      if (isEmpty && !before && box?.querySelector("tr[data-row]")) announce(box.querySelectorAll("tr[data-row]").length);
      return;
    }
    const added = takeOver(page);
    if (added && news) {
      news.textContent = gettext("{count} 条新报警，点此显示（r）", { count: added });
      if (news.hidden) announce(added);
      news.hidden = false;
    }
    settle();
  }

  /** Load at once; what comes meanwhile is fetched together, right after. */
  async function follow(): Promise<void> {
    isStale = true;
    if (isLoading) return;
    isLoading = true;
    while (isStale) {
      isStale = false;
      await load().catch(() => undefined); // the line broke in the middle of an answer: the next news asks again
    }
    isLoading = false;
  }

  function announce(count: number): void {
    say(gettext("{count} 条新报警", { count }), Number(queue()?.dataset["sounding"] ?? "0") >= 3);
  }

  function tick(): void {
    const facts = queue()?.dataset ?? {};
    const now = Number(facts["now"] ?? "0") + (performance.now() - loadedAt) * Number(facts["rate"] ?? "1");
    for (const clock of box?.querySelectorAll<HTMLElement>("[data-due]") ?? []) {
      const left = Math.round((Number(clock.dataset["due"]) - now) / 1000);
      const size = Math.abs(left);
      const parts = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), size % 60].map((n) => String(n).padStart(2, "0"));
      const text = parts[0] === "00" ? parts.slice(1).join(":") : parts.join(":");
      const face = clock.querySelector("time");
      if (face) face.textContent = left < 0 ? gettext("超 {time}", { time: text }) : gettext("剩 {time}", { time: text });
      clock.classList.toggle("is-over", left < 0);
      clock.classList.toggle("is-soon", left >= 0 && left < 120);
    }
  }

  function onKey(event: KeyboardEvent): void {
    if (!root.isConnected) return document.removeEventListener("keydown", onKey);
    if (dialog?.open || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const row = rowOf(here);
    const deed = DEEDS[event.key];
    let done = true;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "r") void load(true);
    else if (event.key === "o" && row) row.querySelector<HTMLElement>("[data-fold]")?.click();
    else if (event.key === "Enter" && row && !(event.target as Element).closest("button, a")) row.querySelector<HTMLElement>("[data-open]")?.click();
    else if (deed && row) void deeds.ask(row, deed);
    else if (deed && rows()[0]) mark(rows()[0]);
    else done = false;
    if (done) event.preventDefault();
  }

  root.addEventListener("click", (event) => {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>("tr[data-row]");
    const fold = target.closest("[data-fold]");
    const deed = target.closest<HTMLElement>("[data-deed]");
    if (fold) {
      const key = fold.closest<HTMLElement>("[data-group]")?.dataset["group"] ?? "";
      if (!opened.delete(key)) opened.add(key);
      unfold();
    } else if (deed && row) {
      event.preventDefault();
      mark(row);
      void deeds.ask(row, deed.dataset["deed"] ?? "");
    } else if (row && !target.closest("a, button")) mark(row);
  });
  news.addEventListener("click", show);
  document.querySelector("[data-refresh]")?.addEventListener("click", () => void load(true));
  document.addEventListener("keydown", onKey);
  document.addEventListener("anning:entry", (event) => {
    const { kind = "" } = (event as CustomEvent<{ kind?: string }>).detail ?? {};
    if (kind && !kind.startsWith("alarm.")) return;
    void follow();
  });
  document.addEventListener("anning:reset", () => void load());
  window.setInterval(() => void load(), POLL_MS);
  window.setInterval(tick, 1000);
  settle();
}
