import { guard } from './guard.ts';
import type { Prompt } from './wire.ts';

/** What tabs of one site tell each other. A message says all there is to know: it may arrive before another tab sees what was written to disk. */
export type TabMessage =
  | { readonly t: 'prompt'; readonly prompt: Prompt; readonly at: number }
  | { readonly t: 'seen'; readonly id: string }
  | { readonly t: 'withdraw'; readonly id: string }
  | { readonly t: 'consent'; readonly out: boolean };

/**
 * The other tabs of this browser on this site. Web Locks and BroadcastChannel; where a browser (or an insecure page) has no
 * locks, every tab acts for itself and the memory of shown decisions alone keeps a prompt from coming twice.
 */
export class Tabs {
  private channel: BroadcastChannel | null = null;

  constructor(private readonly prefix: string) {}

  get canShare(): boolean {
    return 'locks' in navigator && 'BroadcastChannel' in self;
  }

  open(hear: (message: TabMessage) => void, stop: AbortSignal): void {
    if (!this.canShare) return;
    const channel = new BroadcastChannel(this.prefix + 'tabs');
    channel.onmessage = guard(event => hear(event.data as TabMessage));
    this.channel = channel;
    stop.addEventListener('abort', () => {
      this.channel = null;
      channel.close();
    });
  }

  tell(message: TabMessage): void {
    this.channel?.postMessage(message);
  }

  /** Runs alone among all tabs, waiting its turn until `stop`; the turn ends when the promise does. */
  async alone(name: string, stop: AbortSignal, run: () => Promise<void>): Promise<void> {
    if (!this.canShare) return run();
    try {
      await navigator.locks.request(this.prefix + name, { signal: stop }, run);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  }

  /** Runs if no living tab holds the name: to take over what a closed tab left. */
  async ifFree(name: string, run: () => void): Promise<void> {
    if (!this.canShare) return run();
    await navigator.locks.request(this.prefix + name, { ifAvailable: true }, lock => {
      if (lock) run();
    });
  }
}

export const until = (stop: AbortSignal): Promise<void> => new Promise(done => stop.addEventListener('abort', () => done(), { once: true }));
