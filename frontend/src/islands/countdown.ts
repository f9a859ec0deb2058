/**
 * Counts the seconds of a deadline down by the server's time, so that a wrong clock here does no harm; at zero the
 * list asks for itself again.
 */
import { gettext } from "../words";

const GRACE_MS = 2000; // the worker passes the call on within a second

export function mount(element: HTMLElement): void {
  const { left, rate, url } = element.dataset;
  const target = document.querySelector<HTMLElement>(element.dataset["target"] ?? "");
  const begun = performance.now();
  const total = Number(left ?? "0") * 1000;
  const show = (): void => {
    const remaining = total - (performance.now() - begun) * Number(rate ?? "1");
    const seconds = Math.max(0, Math.ceil(remaining / 1000));
    const facts = { minutes: Math.floor(seconds / 60), seconds: String(seconds % 60).padStart(2, "0") };
    element.textContent = seconds ? gettext("{minutes} 分 {seconds} 秒后转下一人", facts) : gettext("已到时限，正在转下一人");
    element.classList.toggle("is-late", seconds <= 60);
    if (!element.isConnected) window.clearInterval(timer);
    else if (remaining < -GRACE_MS * Number(rate ?? "1")) {
      window.clearInterval(timer);
      const { htmx } = window as unknown as { htmx: { ajax: (verb: string, url: string, options: object) => void } };
      if (target && url) htmx.ajax("GET", url, { target, swap: "outerHTML" });
    }
  };
  const timer = window.setInterval(show, 500);
  show();
}
