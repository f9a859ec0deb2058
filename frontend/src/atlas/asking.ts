/** Asks what is inside the drawn shape, also while it is dragged: the newest question wins. */
import L from "leaflet";
import { gettext } from "../words";
import type { Sketch } from "./sketch";

const AROUND: L.PathOptions = { color: "#6a1b9a", weight: 1.5, dashArray: "6 5", fillOpacity: 0.05, interactive: false };
const SHORTEST_M = 500; // around a line when no distance is chosen: a line alone holds nothing

export class Asking {
  sketch: Sketch | null = null;
  private around: L.GeoJSON;
  private running: AbortController | null = null;
  private waiting = false;
  private answer: HTMLElement | null;

  constructor(
    map: L.Map,
    private panel: HTMLElement,
    private url: string,
    private reached: (ok: boolean) => void,
  ) {
    this.around = L.geoJSON(undefined, { style: AROUND }).addTo(map);
    this.answer = panel.querySelector<HTMLElement>("[data-answer]");
    panel.querySelectorAll("input[name=metres]").forEach((input) => input.addEventListener("change", () => this.ask()));
  }

  get metres(): number {
    return Number(this.panel.querySelector<HTMLInputElement>("input[name=metres]:checked")?.value ?? 0);
  }

  set metres(metres: number) {
    const input = this.panel.querySelector<HTMLInputElement>(`input[name=metres][value="${metres}"]`);
    if (input) input.checked = true;
  }

  /** Ask about `sketch`; asked again while an answer is under way, it asks once more after it. */
  ask(sketch: Sketch | null = this.sketch): void {
    this.sketch = sketch;
    if (!sketch?.isWhole) return;
    if (sketch.kind === "line" && !this.metres) this.metres = SHORTEST_M;
    this.panel.hidden = false;
    if (this.running) this.waiting = true;
    else void this.send(sketch);
  }

  clear(): void {
    this.running?.abort();
    this.sketch = null;
    this.waiting = false;
    this.around.clearLayers();
    this.panel.hidden = true;
    this.answer?.replaceChildren();
  }

  private async send(sketch: Sketch): Promise<void> {
    const body = new URLSearchParams({ shape: JSON.stringify(sketch.geometry), metres: String(Math.round(sketch.radius + this.metres)) });
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    this.running = new AbortController();
    const headers = { "X-CSRFToken": token, "HX-Request": "true" };
    const answer = await fetch(this.url, { method: "POST", body, headers, signal: this.running.signal, credentials: "same-origin" }).catch(() => null);
    this.running = null;
    if (this.sketch !== sketch) return;
    this.reached(answer !== null);
    if (answer && this.answer) this.show(await answer.text());
    else if (this.answer) this.answer.textContent = gettext("与服务器断开，暂时不能查询");
    if (this.waiting) {
      this.waiting = false;
      void this.send(sketch);
    }
  }

  private show(html: string): void {
    if (!this.answer) return;
    const open = this.answer.querySelector("details")?.open ?? false;
    this.answer.innerHTML = html;
    const rows = this.answer.querySelector("details");
    if (rows) rows.open = open;
    this.around.clearLayers();
    const outline = this.answer.querySelector<HTMLElement>("[data-outline]")?.dataset["outline"];
    if (outline) this.around.addData(JSON.parse(outline) as GeoJSON.GeoJsonObject);
  }
}
