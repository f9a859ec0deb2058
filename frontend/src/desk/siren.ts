/**
 * The sound of the desk: another pattern for each tier, again and again until all is acknowledged. Browsers play nothing
 * before somebody has clicked, so a red bar says that the sound is locked, and a button unlocks it.
 */
const PATTERNS: Record<number, { tones: number[]; every: number }> = {
  3: { tones: [988, 740, 988, 740, 988, 740], every: 2500 },
  2: { tones: [784, 784, 784], every: 6000 },
  1: { tones: [659], every: 20_000 },
};
const TONE_S = 0.18;

export class Siren {
  private context: AudioContext | null = null;
  private tier = 0;
  private timer = 0;

  constructor(private root: HTMLElement) {
    root.querySelector("[data-unlock]")?.addEventListener("click", () => void this.unlock());
    root.querySelector("[data-test]")?.addEventListener("click", () => this.play(2));
    const once = (): void => void this.unlock(true);
    document.addEventListener("pointerdown", once, { once: true });
    document.addEventListener("keydown", once, { once: true });
  }

  /** Sound for the worst alarm that nobody has acknowledged; 0 is silence. */
  sound(tier: number): void {
    if (tier === this.tier && this.timer) return;
    const isWorse = tier > this.tier;
    this.tier = tier;
    window.clearInterval(this.timer);
    this.timer = 0;
    this.root.classList.toggle("is-sounding", tier > 0);
    const pattern = PATTERNS[tier];
    if (!pattern) return;
    if (isWorse) this.play(tier);
    this.timer = window.setInterval(() => this.play(tier), pattern.every);
  }

  private async unlock(quietly = false): Promise<void> {
    this.context ??= new AudioContext();
    await this.context.resume().catch(() => undefined);
    const isOpen = this.context.state === "running";
    const bar = this.root.querySelector<HTMLElement>("[data-locked]");
    const state = this.root.querySelector<HTMLElement>("[data-sound]");
    if (bar) bar.hidden = isOpen;
    if (state) state.hidden = !isOpen;
    if (isOpen && !quietly) this.play(1);
  }

  private play(tier: number): void {
    const { context } = this;
    const pattern = PATTERNS[tier];
    if (!context || context.state !== "running" || !pattern) return;
    pattern.tones.forEach((tone, place) => {
      const from = context.currentTime + place * (TONE_S + 0.04);
      const source = context.createOscillator();
      const volume = context.createGain();
      source.type = "square";
      source.frequency.value = tone;
      volume.gain.setValueAtTime(0.15, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
      source.connect(volume).connect(context.destination);
      source.start(from);
      source.stop(from + TONE_S);
    });
  }
}
