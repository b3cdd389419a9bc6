import { guard } from './guard.ts';
import type { FeedbackKind } from './wire.ts';

/** What the site can listen to with `mi.on`. */
export type MomentKind = Exclude<FeedbackKind, 'helpful' | 'notHelpful'> | 'prompt' | 'withdrawn';

export interface MomentDetail {
  readonly decisionId: string;
  readonly scenario: string;
  /** The answer's id, with `accepted` and `person`. */
  readonly choice?: string;
  /** With `shown`, when the causing signal was made in this browser. */
  readonly signalToPaintMs?: number;
}

type Handler = (detail: MomentDetail) => void;

/** Hands moments to the site's handlers; one that throws hurts nobody else. */
export class Emitter {
  private readonly handlers = new Map<string, Set<Handler>>();

  on(kind: MomentKind, handler: Handler): () => void {
    const set = this.handlers.get(kind) ?? new Set();
    this.handlers.set(kind, set.add(handler));
    return () => set.delete(handler);
  }

  emit(kind: MomentKind, detail: MomentDetail): void {
    // Later, so that a slow handler delays neither our report nor our paint.
    for (const handler of this.handlers.get(kind) ?? []) setTimeout(guard(() => handler(detail)));
  }
}
