/** Time and chance as arguments, so that tests own them. */
export interface Clock {
  /** Milliseconds since 1970, sub-millisecond, comparable between the tabs of one browser. */
  now(): number;
  /** 0 ≤ x < 1 */
  random(): number;
  /** Runs later; the returned function cancels. */
  after(ms: number, run: () => void): () => void;
}

export const browserClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  random: Math.random,
  after: (ms, run) => {
    // setTimeout overflows to "at once" past 2^31 ms.
    const id = setTimeout(run, Math.min(ms, 0x7fffffff));
    return () => clearTimeout(id);
  },
};

export const sleep = (clock: Clock, ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const cancel = clock.after(ms, resolve);
    signal?.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
