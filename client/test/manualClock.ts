import type { Clock } from '../src/mi/clock.ts';

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  private at = 1_000_000;
  private timers: { due: number; run: () => void }[] = [];

  now(): number {
    return this.at;
  }

  random(): number {
    return 0.5;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.at + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter(t => t !== timer);
    };
  }

  /** Moves on and fires what falls due, in order, letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.at + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter(t => t.due <= until).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.at = Math.max(this.at, next.due);
      this.timers = this.timers.filter(t => t !== next);
      next.run();
      await settle();
    }
    this.at = until;
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
