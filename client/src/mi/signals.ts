import type { Clock } from './clock.ts';
import type { Ring } from './disk.ts';
import { note } from './guard.ts';
import { newId } from './ids.ts';
import type { Outbox, Parcel } from './outbox.ts';
import { globalPrivacyControl, type Visitor } from './visitor.ts';

export type SignalType = 'track' | 'identify' | 'page';

// The server's own limit for one event.
const maxEventBytes = 32_000;
const minorLingerMs = 1000;

/** Makes signals (the Segment shape) and hands them to the outbox. */
export class Signals {
  private dropped = 0;
  private readonly mine = new Set<string>();

  constructor(
    private readonly visitor: Visitor,
    private readonly outbox: () => Outbox,
    private readonly sent: Ring,
    private readonly clock: Clock,
    private readonly library: string,
  ) {}

  /** Something that matters: leaves in this turn, and takes along what waits. */
  send(type: SignalType, fields: Record<string, unknown>): void {
    this.add(type, fields, false);
  }

  /** Something collected by itself: waits up to a second for company. */
  collect(type: SignalType, fields: Record<string, unknown>): void {
    this.add(type, fields, true);
  }

  lost(parcels: readonly Parcel[], why: string): void {
    this.dropped += parcels.length;
    note(`signals dropped (${why})`, this.dropped);
  }

  /** When the signal with this id was made, in {@link Clock} time; null when too long ago or not of this browser. */
  madeAt(messageId: string): number | null {
    const entry = this.sent.all().find(e => e.startsWith(messageId));
    return entry ? Number(entry.split(' ')[1]) : null;
  }

  /** True when this very page made the signal. */
  isMine(messageId: string): boolean {
    return this.mine.has(messageId);
  }

  private add(type: SignalType, fields: Record<string, unknown>, minor: boolean): void {
    const made = this.clock.now();
    const messageId = newId();
    const { anonymousId, userId } = this.visitor;
    const json = JSON.stringify({
      type, ...fields, messageId, anonymousId, ...(userId && { userId }), timestamp: new Date().toISOString(), context: this.context(),
    });
    if (new TextEncoder().encode(json).length > maxEventBytes) return this.lost([{ id: messageId, json: '', minor }], 'one event is limited to 32 KB');
    this.dropped = 0;
    this.outbox().add({ id: messageId, json, minor }, minor ? minorLingerMs : 0);
    // Remembered for all pages of this browser: a payment often answers on the next one.
    this.mine.add(messageId);
    queueMicrotask(() => this.sent.add(`${messageId} ${made}`));
  }

  private context(): Record<string, unknown> {
    return {
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      locale: navigator.language,
      page: pageContext(),
      library: { name: 'mi.js', version: this.library },
      ...(globalPrivacyControl() && { gpc: true }),
      ...(this.dropped > 0 && { dropped: this.dropped }),
    };
  }
}

/** Where the visitor is. No query strings: they carry e-mail addresses and tokens more often than pages. */
export function pageContext(): { path: string; title: string; referrer: string } {
  return { path: currentPath(), title: document.title, referrer: document.referrer.replace(/[?#].*$/s, '') };
}

/** The path, with the route of a shop that routes by "#/…". */
export function currentPath(): string {
  return location.pathname + (location.hash.startsWith('#/') ? location.hash.replace(/\?.*$/s, '') : '');
}
