/** The tools above the map: draw and ask, measure, write on it; one at a time, by mouse, touch or keyboard. */
import L from "leaflet";
import { gettext } from "../words";
import type { Asking } from "./asking";
import { areaOf, areaText, lengthOf, lengthText } from "./measure";
import { Sketch, type Kind } from "./sketch";

const KINDS: Record<string, Kind> = { polygon: "polygon", circle: "circle", line: "line", distance: "line", area: "polygon", label: "point" };
const ASKING = ["polygon", "circle", "line"];
const LONGEST_LABEL = 20;

export class Tools {
  private sketch: Sketch | null = null;
  private tool = "";
  private written: L.Marker[] = [];
  private draft: HTMLElement | null;

  constructor(
    private root: HTMLElement,
    private map: L.Map,
    private asking: Asking,
  ) {
    this.draft = this.find("[data-draft]");
    for (const button of this.buttons) button.addEventListener("click", () => this.start(button.dataset["tool"] ?? ""));
    this.on("[data-clear]", () => this.clear());
    this.on("[data-close]", () => this.clear());
    this.on("[data-cancel]", () => this.stop());
    this.on("[data-add]", () => this.sketch?.add(this.map.getCenter()));
    this.on("[data-undo]", () => this.sketch?.undo());
    this.on("[data-finish]", () => this.sketch?.finish());
    root.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** What is drawn, with the metres around it, for the picture. */
  get drawing(): { geometry: GeoJSON.Geometry; metres: number } | null {
    const geometry = this.sketch?.geometry;
    if (!geometry || !this.sketch) return null;
    return { geometry, metres: ASKING.includes(this.tool) || this.tool === "near" ? this.sketch.radius + this.asking.metres : 0 };
  }

  /** What is written on the map. */
  get labels(): Array<{ text: string; at: [number, number] }> {
    return this.written.map((label) => ({ text: label.options.alt ?? "", at: [label.getLatLng().lng, label.getLatLng().lat] }));
  }

  /** Ask about a shape that is given, such as the surroundings of a place. */
  ask(kind: Kind, points: L.LatLng[]): void {
    this.clear();
    this.tool = "near";
    this.sketch = new Sketch(this.map, kind, { changed: (sketch) => this.asking.ask(sketch) });
    this.sketch.take(points);
    this.asking.ask(this.sketch);
  }

  private get buttons(): HTMLButtonElement[] {
    return [...this.root.querySelectorAll<HTMLButtonElement>("[data-tool]")];
  }

  private start(tool: string): void {
    const again = this.tool === tool && !this.sketch?.isDone;
    this.stop();
    if (again) return;
    this.tool = tool;
    if (ASKING.includes(tool)) this.asking.clear();
    this.sketch = new Sketch(this.map, KINDS[tool] ?? "polygon", { changed: () => this.changed(), done: () => this.done() });
    this.press();
    if (this.draft) this.draft.hidden = false;
    const words = this.find("[data-words]");
    if (words) words.hidden = tool !== "label";
    for (const name of ["[data-undo]", "[data-finish]"]) this.find(name)?.toggleAttribute("hidden", tool === "label");
    this.changed();
    (tool === "label" ? words : this.find("[data-canvas]"))?.focus({ preventScroll: true });
  }

  private changed(): void {
    const sketch = this.sketch;
    if (!sketch) return;
    this.say(this.words(sketch));
    if (ASKING.includes(this.tool) && sketch.isWhole && (sketch.isDone || sketch.kind !== "line")) this.asking.ask(sketch);
  }

  private words(sketch: Sketch): string {
    const { points } = sketch;
    if (this.tool === "distance" && points.length > 1) return gettext("距离 {number}", { number: lengthText(lengthOf(points)) });
    if (this.tool === "area" && points.length > 2) return gettext("面积 {number}", { number: areaText(areaOf(points)) });
    if (this.tool === "circle" && sketch.radius) return gettext("半径 {number}", { number: lengthText(sketch.radius) });
    if (this.tool === "label") return gettext("先写字，再点位置");
    if (this.tool === "circle") return gettext("先点圆心，再点圆边");
    return points.length ? gettext("已有 {number} 点；双击或“完成”结束", { number: points.length }) : gettext("在图上逐点点击，或用“中心加点”");
  }

  private done(): void {
    const sketch = this.sketch;
    if (!sketch) return;
    if (this.tool === "label") return this.write(sketch);
    this.find("[data-add]")?.toggleAttribute("disabled", true);
    this.say([this.words(sketch), gettext("可拖动顶点")].join(" · "));
    if (this.draft) this.draft.hidden = ASKING.includes(this.tool);
    if (ASKING.includes(this.tool)) this.asking.ask(sketch);
    this.press(false);
  }

  /** Put the words of the field where somebody clicked; without words, ask for them and wait for the next click. */
  private write(sketch: Sketch): void {
    const [at] = sketch.points;
    const field = this.find("[data-words]") as HTMLInputElement | null;
    const text = field?.value.trim().slice(0, LONGEST_LABEL) ?? "";
    this.stop();
    if (at && text) this.written.push(this.labelAt(at, text));
    else {
      this.start("label");
      this.say(gettext("先写字，再点位置"));
      field?.focus();
    }
  }

  private labelAt(at: L.LatLng, text: string): L.Marker {
    const word = document.createElement("span");
    word.textContent = text;
    const icon = L.divIcon({ className: "atlas-label", html: word, iconSize: undefined as unknown as L.PointExpression });
    const label = L.marker(at, { icon, draggable: true, alt: text, title: gettext("拖动移位，右键或 Delete 删除") }).addTo(this.map);
    const remove = (): void => {
      label.remove();
      this.written = this.written.filter((each) => each !== label);
    };
    label.on("contextmenu", remove);
    label.getElement()?.addEventListener("keydown", (event) => event.key === "Delete" && remove());
    return label;
  }

  private stop(): void {
    if (ASKING.includes(this.tool) || this.tool === "near") this.asking.clear();
    this.sketch?.remove();
    this.sketch = null;
    this.tool = "";
    this.press();
    this.find("[data-add]")?.removeAttribute("disabled");
    if (this.draft) this.draft.hidden = true;
  }

  private clear(): void {
    this.stop();
    this.written.forEach((label) => label.remove());
    this.written = [];
  }

  private pressed(event: KeyboardEvent): void {
    const onMap = (event.target as HTMLElement).matches("[data-canvas]");
    if (!this.sketch || event.isComposing) return;
    if (event.key === "Escape") this.stop();
    else if (onMap && event.key === "Enter") this.sketch.add(this.map.getCenter());
    else if (onMap && event.key === "Backspace") this.sketch.undo();
    else return;
    event.preventDefault();
  }

  private press(visible = true): void {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(visible && button.dataset["tool"] === this.tool));
  }

  private say(text: string): void {
    const line = this.find("[data-draft-text]");
    if (line) line.textContent = text;
  }

  private find(selector: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(selector);
  }

  private on(selector: string, act: () => void): void {
    this.find(selector)?.addEventListener("click", act);
  }
}
