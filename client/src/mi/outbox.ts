import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Disk } from './disk.ts';

/** One message on its way: serialised once, sent under the same id however often it is tried. */
export interface Parcel {
  readonly id: string;
  readonly json: string;
  /** Minor ones (clicks, page views) make room first when the box is full. */
  readonly minor: boolean;
}

export type Answer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'smaller' }
  | { readonly kind: 'never'; readonly why: string };

export interface OutboxOptions {
  readonly maxParcels: number;
  readonly maxBytes: number;
  readonly batchParcels: number;
  readonly batchBytes: number;
  readonly inFlight: number;
  send(parcels: readonly Parcel[]): Promise<Answer>;
  dropped(parcels: readonly Parcel[], why: string): void;
}

interface Slot {
  readonly parcel: Parcel;
  readonly bytes: number;
  flying: boolean;
}

// Writing to disk may wait a moment: the request goes first, and what is answered within it is never written.
const saveAfterMs = 50;
const impatientMs = 1000;

/**
 * Messages that must arrive once: kept on disk until acknowledged, retried under the same id with exponential back-off.
 * Bounded; when full the oldest minor parcel goes, else the oldest, and `dropped` is told.
 */
export class Outbox {
  private slots: Slot[] = [];
  private bytes = 0;
  private flights = 0;
  private failures = 0;
  private heldUntil = 0;
  private held: '' | 'failed' | 'told' = '';
  private lastFailure = 0;
  private due = Infinity;
  private cancelTimer = (): void => {};
  private saving = false;
  private batchLimit: number;

  constructor(private readonly key: string, private readonly disk: Disk, private readonly clock: Clock, private readonly options: OutboxOptions) {
    this.batchLimit = options.batchParcels;
  }

  get size(): number {
    return this.slots.length;
  }

  /** Keeps the parcel and sends it within `lingerMs`, together with all that wait; 0 = in this very turn's microtask. */
  add(parcel: Parcel, lingerMs = 0): void {
    const bytes = new TextEncoder().encode(parcel.json).length;
    this.slots.push({ parcel, bytes, flying: false });
    this.bytes += bytes;
    this.makeRoom();
    this.saveSoon();
    // What matters does not wait out a back-off of a minute; what the server itself asked for (Retry-After) is honoured.
    if (lingerMs === 0 && this.held === 'failed') this.heldUntil = Math.min(this.heldUntil, this.lastFailure + impatientMs);
    this.sendWithin(lingerMs);
  }

  /** Takes over what another page left behind. */
  adopt(json: string): void {
    for (const parcel of parseParcels(json)) {
      if (!this.slots.some(s => s.parcel.id === parcel.id)) this.add(parcel, 500);
    }
  }

  /** The network is back: try now. */
  resume(): void {
    if (this.held === 'failed') this.heldUntil = 0;
    this.sendWithin(0);
  }

  /** All that is not acknowledged, for a last beacon; it stays in the box, for the next page to settle. */
  unsettled(): readonly Parcel[] {
    return this.slots.map(s => s.parcel);
  }

  clear(): void {
    this.slots = [];
    this.bytes = 0;
    this.save();
  }

  /** Writes what is unsettled; nothing is left on disk when all is settled. */
  save(): void {
    this.saving = false;
    if (this.slots.length === 0) this.disk.remove(this.key);
    else this.disk.set(this.key, JSON.stringify(this.slots.map(s => s.parcel)));
  }

  private saveSoon(): void {
    if (this.saving) return;
    this.saving = true;
    this.clock.after(saveAfterMs, () => this.save());
  }

  private sendWithin(ms: number): void {
    const now = this.clock.now();
    const due = Math.max(now + ms, this.heldUntil);
    if (due <= now) {
      queueMicrotask(() => this.flush());
    } else if (due < this.due) {
      this.cancelTimer();
      this.due = due;
      this.cancelTimer = this.clock.after(due - now, () => {
        this.due = Infinity;
        this.flush();
      });
    }
  }

  private flush(): void {
    if (this.clock.now() < this.heldUntil) return this.sendWithin(0);
    // After a failure one careful request at a time.
    const most = this.failures > 0 ? 1 : this.options.inFlight;
    while (this.flights < most) {
      const batch = this.nextBatch();
      if (batch.length === 0) return;
      this.flights++;
      for (const slot of batch) slot.flying = true;
      this.options.send(batch.map(s => s.parcel)).then(
        answer => this.settle(batch, answer),
        () => this.settle(batch, { kind: 'later', afterMs: 0 }),
      );
    }
  }

  private nextBatch(): Slot[] {
    const batch: Slot[] = [];
    let bytes = 0;
    for (const slot of this.slots) {
      if (slot.flying) continue;
      if (batch.length === this.batchLimit || (batch.length > 0 && bytes + slot.bytes + 1 > this.options.batchBytes)) break;
      batch.push(slot);
      bytes += slot.bytes + 1;
    }
    return batch;
  }

  private settle(batch: Slot[], answer: Answer): void {
    this.flights--;
    for (const slot of batch) slot.flying = false;
    if (answer.kind === 'later') {
      this.failures++;
      this.lastFailure = this.clock.now();
      this.held = answer.afterMs > 0 ? 'told' : 'failed';
      this.heldUntil = this.lastFailure + Math.max(answer.afterMs, backoffMs(this.failures, this.clock));
    } else {
      // An answer to what left before the server told us to wait does not shorten that wait.
      if (this.held !== 'told' || this.clock.now() >= this.heldUntil) {
        this.failures = 0;
        this.held = '';
        this.heldUntil = 0;
      }
      if (answer.kind === 'smaller' && batch.length > 1) {
        this.batchLimit = Math.ceil(batch.length / 2);
      } else {
        this.forget(batch);
        if (answer.kind !== 'taken') this.options.dropped(batch.map(s => s.parcel), answer.kind === 'never' ? answer.why : 'too large');
      }
    }
    this.saveSoon();
    if (this.slots.length > 0) this.sendWithin(0);
  }

  private makeRoom(): void {
    const out: Slot[] = [];
    while (this.slots.length > this.options.maxParcels || this.bytes > this.options.maxBytes) {
      const slot = this.slots.find(s => s.parcel.minor && !s.flying) ?? this.slots.find(s => !s.flying);
      if (!slot) break;
      out.push(slot);
      this.forget([slot]);
    }
    if (out.length > 0) this.options.dropped(out.map(s => s.parcel), 'the queue is full');
  }

  private forget(gone: readonly Slot[]): void {
    this.slots = this.slots.filter(s => !gone.includes(s));
    this.bytes = this.slots.reduce((sum, s) => sum + s.bytes, 0);
  }
}

function parseParcels(json: string): Parcel[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.filter((p: Partial<Parcel> | null) => p && typeof p.id === 'string' && typeof p.json === 'string') : [];
  } catch {
    return [];
  }
}
