import { backoffMs } from './backoff.ts';
import { sleep, type Clock } from './clock.ts';
import type { Disk } from './disk.ts';
import { refused, Refused, type Door } from './door.ts';
import { StreamParser, type StreamEvent } from './sse.ts';

// The server says something every 15 s; three missed times and the connection is dead, whatever the network claims.
const silenceMs = 45_000;
// After a clean end (a server going down for an update) all browsers would return in the same instant.
const spreadMs = 1500;

/** Reads the visitor's stream until `stop`, reconnecting; events in order, each id once a connection. */
export async function readStream(door: Door, disk: Disk, clock: Clock, stop: AbortSignal, handle: (event: StreamEvent) => void): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    let waitMs = 0;
    try {
      await readOnce(door, disk, clock, stop, event => {
        failures = 0;
        handle(event);
      });
      waitMs = 200 + spreadMs * clock.random();
    } catch (error) {
      if (stop.aborted) return;
      failures++;
      waitMs = Math.max(error instanceof Refused ? error.afterMs : 0, backoffMs(failures, clock));
    }
    await pause(clock, waitMs, stop);
  }
}

async function readOnce(door: Door, disk: Disk, clock: Clock, stop: AbortSignal, handle: (event: StreamEvent) => void): Promise<void> {
  const token = await door.token();
  // An abort that came meanwhile is told to nobody who listens only now.
  if (stop.aborted) return;
  const cut = new AbortController();
  const onStop = (): void => cut.abort();
  stop.addEventListener('abort', onStop);
  let cancelWatch = (): void => {};
  const watch = (): void => {
    cancelWatch();
    cancelWatch = clock.after(silenceMs, onStop);
  };
  try {
    watch();
    const response = await door.openStream(token, disk.get('lastEvent'), cut.signal);
    if (response.status === 401 || response.status === 403) door.forgetToken(token);
    if (!response.ok || !response.body) throw refused(response);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const parser = new StreamParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch();
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        if (event.id) disk.set('lastEvent', event.id);
        handle(event);
      }
    }
  } finally {
    cancelWatch();
    stop.removeEventListener('abort', onStop);
    cut.abort();
  }
}

/** Waits, but not past the moment the network returns. */
async function pause(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  const wake = new AbortController();
  const onWake = (): void => wake.abort();
  stop.addEventListener('abort', onWake);
  addEventListener('online', onWake);
  await sleep(clock, ms, wake.signal);
  stop.removeEventListener('abort', onWake);
  removeEventListener('online', onWake);
}
