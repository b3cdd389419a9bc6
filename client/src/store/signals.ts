import type { Mi } from '../mi/start.ts';

type Call = unknown[];

declare global {
  interface Window {
    mi?: Mi | Call[];
  }
}

// The snippet of client/README.md: calls made before the script is there are queued.
const queue = (window.mi ??= []) as { push(call: Call): void };
const call = (...args: Call): void => (window.mi as typeof queue ?? queue).push(args);

/** All this shop knows of MicroIntervention. */
export const mi = {
  track: (event: string, properties: Record<string, unknown> = {}) => call('track', event, properties),
  page: (name: string) => call('page', name),
  identify: (userId: string, traits: Record<string, unknown> = {}) => call('identify', userId, traits),
  optOut: () => call('optOut'),
  optIn: () => call('optIn'),
  on: (...args: Parameters<Mi['on']>) => call('on', ...args),
};

/** Fetches the demo's write key and puts the script tag on the page; the sentence says why there are no prompts otherwise. */
export async function loadScript(): Promise<string | null> {
  try {
    const response = await fetch('/store/config.json', { cache: 'no-store' });
    if (!response.ok) return 'This shop is not connected: start the server with --demo, so that it has a key for the shop.';
    const { writeKey } = (await response.json()) as { writeKey: string };
    const script = document.createElement('script');
    script.src = '/dist/mi.js';
    script.dataset.writeKey = writeKey;
    script.async = true;
    document.head.append(script);
    return null;
  } catch {
    return 'This shop is not connected: the server does not answer.';
  }
}
