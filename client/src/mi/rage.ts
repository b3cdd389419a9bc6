const count = 3;
const windowMs = 1000;
const radiusPx = 30;

/** Three or more clicks on one thing within a second and a thumb's width: somebody who expected something to happen. */
export class RageDetector {
  private clicks: { at: number; x: number; y: number; target: unknown }[] = [];
  private told = false;

  /** The number of clicks when this one makes it rage, once a burst; else 0. */
  click(target: unknown, x: number, y: number, atMs: number): number {
    const last = this.clicks.at(-1);
    const continues = last && last.target === target && atMs - last.at <= windowMs && Math.hypot(x - last.x, y - last.y) <= radiusPx;
    if (!continues) {
      this.clicks = [];
      this.told = false;
    }
    this.clicks.push({ at: atMs, x, y, target });
    this.clicks = this.clicks.filter(c => atMs - c.at <= windowMs);
    if (this.told || this.clicks.length < count) return 0;
    this.told = true;
    return this.clicks.length;
  }
}
