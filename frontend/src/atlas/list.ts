/** The list beside the map: the same rows as the map shows, as a table. */
import { gettext } from "../words";
import type { Layers, Row } from "./layers";

const MOST = 200;

export class List {
  private body: HTMLElement | null;
  private total: HTMLElement | null;
  private more: HTMLElement | null;
  private inView: HTMLInputElement | null;

  constructor(
    root: HTMLElement,
    private layers: Layers,
    private locate: (row: Row) => void,
    changed: () => void,
  ) {
    this.body = root.querySelector<HTMLElement>("[data-rows]");
    this.total = root.querySelector<HTMLElement>("[data-total]");
    this.more = root.querySelector<HTMLElement>("[data-more]");
    this.inView = root.querySelector<HTMLInputElement>("[data-in-view]");
    this.inView?.addEventListener("change", () => {
      this.draw();
      changed();
    });
  }

  get isInView(): boolean {
    return this.inView?.checked ?? false;
  }

  set isInView(checked: boolean) {
    if (this.inView) this.inView.checked = checked;
  }

  draw(): void {
    const { rows, total, isCut } = this.layers.rows(this.isInView, MOST);
    if (this.total) this.total.textContent = String(total);
    if (this.more) {
      this.more.hidden = !isCut;
      this.more.textContent = gettext("列出 {shown} 条，共 {total} 条；放大地图逐条显示，全部请到台账查看", { shown: rows.length, total });
    }
    const lines = rows.map((row) => this.line(row));
    this.body?.replaceChildren(...(lines.length ? lines : [this.nothing()]));
  }

  private line(row: Row): HTMLElement {
    const line = document.createElement("tr");
    const name = document.createElement("td");
    const link = document.createElement("a");
    link.href = row.url;
    link.textContent = row.title;
    name.append(link);
    const kind = document.createElement("td");
    kind.textContent = row.kind;
    const act = document.createElement("td");
    const locate = document.createElement("button");
    locate.type = "button";
    locate.className = "btn btn-sm";
    locate.textContent = gettext("定位");
    locate.setAttribute("aria-label", [locate.textContent, row.title].join(" "));
    locate.addEventListener("click", () => this.locate(row));
    act.append(locate);
    line.append(name, kind, act);
    return line;
  }

  private nothing(): HTMLElement {
    const line = document.createElement("tr");
    const cell = document.createElement("td");
    cell.colSpan = 3;
    cell.className = "nothing";
    cell.textContent = this.layers.on.length ? gettext("视野内没有选中图层的内容") : gettext("没有选中图层");
    line.append(cell);
    return line;
  }
}
