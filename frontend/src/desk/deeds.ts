/** The dialog in which an alarm is acknowledged, judged, shelved, handed up: the server's own form, without leaving the queue. */
export class Deeds {
  constructor(
    private dialog: HTMLDialogElement,
    private done: () => void,
  ) {
    dialog.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-cancel]")) {
        event.preventDefault();
        dialog.close();
      }
    });
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send(event.target as HTMLFormElement);
    });
  }

  /** Ask what the deed needs for the alarm of this row; a folded row stands for its whole group. */
  async ask(row: HTMLElement, deed: string): Promise<void> {
    const isFolded = row.querySelector("[data-fold]")?.getAttribute("aria-expanded") === "false";
    const keys = isFolded ? (row.dataset["keys"] ?? "") : (row.dataset["row"] ?? "");
    const link = row.querySelector<HTMLAnchorElement>("[data-open]")?.pathname ?? "";
    const answer = await fetch(`${link}${deed}?keys=${keys}`, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
    if (!answer) return;
    this.show(await answer.text());
  }

  private show(html: string): void {
    this.dialog.innerHTML = html;
    if (!this.dialog.open) this.dialog.showModal();
    const first = this.dialog.querySelector<HTMLElement>("[data-first]") ?? this.dialog.querySelector<HTMLElement>("input:not([type=hidden])");
    first?.focus();
  }

  private async send(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector<HTMLButtonElement>(".btn-primary");
    if (button?.disabled) return;
    if (button) button.disabled = true;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
    if (button) button.disabled = false;
    if (answer?.status === 204) {
      this.dialog.close();
      this.done();
    } else if (answer) this.show(await answer.text());
    else document.dispatchEvent(new CustomEvent("anning:offline"));
  }
}
