import type { Clock } from './clock.ts';

/** Wait before try number `failures` + 1: doubles from 1 s to 60 s, with half of it random, so that many browsers do not return at once. */
export function backoffMs(failures: number, clock: Clock): number {
  const full = Math.min(60_000, 1000 * 2 ** Math.min(failures - 1, 10));
  return full / 2 + (full / 2) * clock.random();
}

/** A Retry-After header (seconds or a date) in milliseconds; 0 when absent or not understood. */
export function retryAfterMs(header: string | null, wallMs: number): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - wallMs;
  // An hour is the most we believe: a wrong header must not silence a site for a day.
  return ms > 0 ? Math.min(ms, 3_600_000) : 0;
}
