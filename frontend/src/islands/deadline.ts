/** Counts one deadline down by the server's time. */
import { gettext } from "../words";

export function mount(element: HTMLElement): void {
  const offset = Number(element.dataset["now"] ?? "0") - performance.now();
  const due = Number(element.dataset["due"] ?? "0");
  const face = element.querySelector("time");
  const show = (): void => {
    const left = Math.round((due - performance.now() - offset) / 1000);
    const size = Math.abs(left);
    const time = `${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
    if (face) face.textContent = left < 0 ? gettext("超 {time}", { time }) : gettext("剩 {time}", { time });
    element.classList.toggle("is-over", left < 0);
    if (!element.isConnected) window.clearInterval(timer);
  };
  const timer = window.setInterval(show, 1000);
  show();
}
