import { capturePages, captureElements } from './capture.ts';
import { browserClock } from './clock.ts';
import { browserDisk, Ring } from './disk.ts';
import { Door } from './door.ts';
import { Emitter, type MomentDetail, type MomentKind } from './emitter.ts';
import { reporter } from './feedbacks.ts';
import { guard, listen } from './guard.ts';
import { newId } from './ids.ts';
import { Outbox, type Parcel } from './outbox.ts';
import { openPanel } from './panel.ts';
import { afterNextPaint, Prompts, whenVisible } from './prompts.ts';
import { readSettings, type Settings } from './settings.ts';
import { Signals } from './signals.ts';
import { readStream } from './stream.ts';
import { Tabs, until } from './tabs.ts';
import { globalPrivacyControl, Visitor } from './visitor.ts';
import { isRecord, readPrompt, readWithdraw } from './wire.ts';

export const version = '0.1.0';

/** What the site sees as `window.mi`. */
export interface Mi {
  readonly version: string;
  track(event: string, properties?: Record<string, unknown>): void;
  identify(userId: string, traits?: Record<string, unknown>): void;
  page(name?: string, properties?: Record<string, unknown>): void;
  /** One last signal, `Opted Out`; after that nothing leaves this browser until `optIn`. */
  optOut(): void;
  optIn(): void;
  /** The returned function stops listening. */
  on(kind: MomentKind, handler: (detail: MomentDetail) => void): () => void;
  /** A call as an array, as the snippet queues them before this script is there: `['track', 'Order Completed', {…}]`. */
  push(...calls: unknown[][]): void;
}

const prefix = 'mi.';
/** Where a tab keeps its signals and its feedback until they are acknowledged. */
const leftover = /^([qf])\.(\w+)$/;
const signalBox = { maxParcels: 500, maxBytes: 1_000_000, batchParcels: 250, batchBytes: 480_000, inFlight: 4 };
const feedbackBox = { maxParcels: 100, maxBytes: 100_000, batchParcels: 1, batchBytes: 10_000, inFlight: 1 };

/** Puts `window.mi` in place and starts; does nothing when it is there already. Never throws. */
export const start = guard(() => {
  const global = window as unknown as { mi?: Partial<Mi> | unknown[] };
  if (isRecord(global.mi) && global.mi.version) return;
  const queued = Array.isArray(global.mi) ? global.mi : [];
  const settings = readSettings(document.currentScript as HTMLScriptElement | null);
  const mi = settings ? run(settings) : inert();
  global.mi = mi;
  mi.push(...(queued as unknown[][]));
});

function run(settings: Settings): Mi {
  const clock = browserClock;
  const disk = browserDisk(prefix);
  const visitor = new Visitor(disk);
  const tabs = new Tabs(prefix);
  const emitter = new Emitter();
  const door = new Door(settings, visitor, disk);
  const tab = newId().slice(0, 8);
  const signals: Signals = new Signals(visitor, () => outbox, new Ring(disk, 'sent', 30), clock, version);
  const dropped = (parcels: readonly Parcel[], why: string): void => signals.lost(parcels, why);
  const outbox = new Outbox(`q.${tab}`, disk, clock, { ...signalBox, send: p => door.sendSignals(p), dropped });
  const feedback = new Outbox(`f.${tab}`, disk, clock, { ...feedbackBox, send: p => door.sendFeedback(p), dropped: () => undefined });
  const prompts = new Prompts({
    clock,
    tabs,
    seen: new Ring(disk, 'seen', 200),
    emitter,
    signalMadeAt: id => signals.madeAt(id),
    isMine: id => signals.isMine(id),
    isVisible: () => document.visibilityState === 'visible',
    hasFocus: () => document.hasFocus(),
    onVisible: whenVisible,
    report: reporter(() => feedback),
    openPanel,
    afterPaint: afterNextPaint,
  });
  let awake: AbortController | null = null;
  let stopCapture: (() => void)[] = [];

  const withdraw = (id: string): void => prompts.withdraw(id);
  const read = guard((event: { event: string; data: string }) => {
    const data: unknown = JSON.parse(event.data);
    if (event.event === 'prompt') {
      const prompt = readPrompt(data);
      if (!prompt) return;
      const at = clock.now();
      tabs.tell({ t: 'prompt', prompt, at });
      prompts.offer(prompt, at);
    } else if (event.event === 'withdraw') {
      const id = readWithdraw(data);
      if (!id) return;
      tabs.tell({ t: 'withdraw', id });
      withdraw(id);
    }
  });

  /** Everything that lasts as long as the page is in use: the stream, the other tabs, what earlier pages left. */
  const wake = (): void => {
    if (awake) return;
    awake = new AbortController();
    const stop = awake.signal;
    tabs.open(message => {
      switch (message.t) {
        case 'prompt':
          return visitor.optedOut ? undefined : prompts.offer(message.prompt, message.at);
        case 'seen':
          return prompts.settledElsewhere(message.id);
        case 'withdraw':
          return withdraw(message.id);
        case 'consent':
          visitor.optedOut = message.out;
          if (message.out) forget();
          return follow();
      }
    }, stop);
    void tabs.alone(`tab.${tab}`, stop, () => until(stop)).catch(() => undefined);
    for (const key of disk.keys()) {
      const [, box, owner] = leftover.exec(key) ?? [];
      if (!box || !owner || owner === tab) continue;
      const take = (): void => {
        const left = disk.get(key);
        disk.remove(key);
        if (left) (box === 'q' ? outbox : feedback).adopt(left);
      };
      void tabs.ifFree(`tab.${owner}`, guard(take)).catch(() => undefined);
    }
    follow();
  };

  /** What waits to be sent is not sent. */
  const forget = (): void => {
    outbox.clear();
    feedback.clear();
  };

  let streaming: AbortController | null = null;
  /** Does what the visitor's choice asks for: all of it, or nothing. */
  const follow = (): void => {
    if (visitor.optedOut || !awake) {
      streaming?.abort();
      streaming = null;
      stopCapture.forEach(stop => stop());
      stopCapture = [];
      prompts.stop();
      return;
    }
    if (streaming) return;
    streaming = new AbortController();
    const stop = streaming.signal;
    stopCapture = [capturePages(signals)];
    // Under Global Privacy Control only what the site itself reports is sent, marked with the visitor's wish.
    if (settings.capture && !globalPrivacyControl()) stopCapture.push(captureElements(signals, clock));
    void tabs.alone('stream', stop, () => readStream(door, disk, clock, stop, read)).catch(() => undefined);
  };

  const sleep = (): void => {
    if (!visitor.optedOut || outbox.size > 0) door.lastSignals(outbox.unsettled());
    door.lastFeedback(feedback.unsettled());
    outbox.save();
    feedback.save();
    awake?.abort();
    awake = null;
    follow();
  };
  listen(window, 'pagehide', sleep);
  // Back from the browser's page cache: the same page, alive again.
  listen(window, 'pageshow', (event: PageTransitionEvent) => event.persisted && wake());
  listen(window, 'online', () => {
    outbox.resume();
    feedback.resume();
  });

  const send = (type: 'track' | 'identify' | 'page', fields: Record<string, unknown>): void => {
    if (!visitor.optedOut) signals.send(type, fields);
  };
  const mi: Mi = {
    version,
    track: guard((event: string, properties: Record<string, unknown> = {}) => {
      if (event) send('track', { event: String(event), properties });
    }),
    identify: guard((userId: string, traits: Record<string, unknown> = {}) => {
      if (visitor.optedOut) return;
      visitor.userId = userId ? String(userId) : null;
      send('identify', { traits });
    }),
    page: guard((name?: string, properties: Record<string, unknown> = {}) => send('page', { ...(name && { name: String(name) }), properties })),
    optOut: guard(() => {
      if (visitor.optedOut) return;
      for (const key of disk.keys()) if (leftover.test(key)) disk.remove(key);
      forget();
      signals.send('track', { event: 'Opted Out', properties: {} });
      visitor.optedOut = true;
      disk.remove('sent');
      tabs.tell({ t: 'consent', out: true });
      follow();
    }),
    optIn: guard(() => {
      if (!visitor.optedOut) return;
      visitor.optedOut = false;
      send('track', { event: 'Opted In', properties: {} });
      tabs.tell({ t: 'consent', out: false });
      follow();
    }),
    on: (kind, handler) => emitter.on(kind, handler),
    push: guard((...calls: unknown[][]) => replay(mi, calls)),
  };
  wake();
  return mi;
}

function replay(mi: Mi, calls: unknown[][]): void {
  for (const call of calls) {
    guard(() => {
      const [name, ...args] = call;
      const method = mi[name as keyof Mi] as unknown;
      if (typeof method === 'function' && name !== 'push') (method as (...a: unknown[]) => unknown)(...args);
    })();
  }
}

/** Without a write key the site's calls must still find something to call. */
function inert(): Mi {
  const nothing = (): void => undefined;
  return { version, track: nothing, identify: nothing, page: nothing, optOut: nothing, optIn: nothing, on: () => nothing, push: nothing };
}
