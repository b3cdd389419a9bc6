import type { Clock } from './clock.ts';
import type { Ring } from './disk.ts';
import type { Emitter, MomentKind } from './emitter.ts';
import { listen } from './guard.ts';
import type { Panel, PanelEvents } from './panel.ts';
import type { Tabs } from './tabs.ts';
import type { Choice, Feedback, FeedbackKind, Prompt } from './wire.ts';

/** What the coordinator needs of the rest; tests give their own. */
export interface PromptSurroundings {
  readonly clock: Clock;
  readonly tabs: Pick<Tabs, 'alone' | 'tell'>;
  /** Decisions that were settled in this browser: shown, late or withdrawn. */
  readonly seen: Ring;
  readonly emitter: Pick<Emitter, 'emit'>;
  signalMadeAt(messageId: string): number | null;
  isMine(messageId: string): boolean;
  isVisible(): boolean;
  hasFocus(): boolean;
  onVisible(run: () => void): () => void;
  report(feedback: Feedback): void;
  openPanel(prompt: Prompt, events: PanelEvents): Panel;
  /** Calls back when what is on the screen now has been painted. */
  afterPaint(run: () => void): void;
}

interface Waiting {
  readonly prompt: Prompt;
  readonly startedAt: number;
  readonly stop: AbortController;
  claiming: boolean;
}

// The tab in which it happened goes first; another visible window only when that one is gone.
const courtesyMs = 60;

/** Decides which tab shows which prompt, once and in time. One prompt per visitor at a time. */
export class Prompts {
  private readonly waiting = new Map<string, Waiting>();
  private open: { prompt: Prompt; panel: Panel; answered: boolean } | null = null;

  constructor(private readonly on: PromptSurroundings) {}

  /** A prompt reached this browser at `receivedAt`; every tab is offered it. */
  offer(prompt: Prompt, receivedAt: number): void {
    const { clock, seen } = this.on;
    const id = prompt.decisionId;
    if (this.waiting.has(id) || seen.has(id)) return;
    const startedAt = (prompt.messageId && this.on.signalMadeAt(prompt.messageId)) || receivedAt;
    const stop = new AbortController();
    const waiting = { prompt, startedAt, stop, claiming: false };
    this.waiting.set(id, waiting);
    this.emit('prompt', prompt);
    const cancel = [
      clock.after(Math.max(0, startedAt + prompt.lateAfterMs - clock.now()), () => this.tooLate(waiting)),
      this.on.onVisible(() => this.claim(waiting, 0)),
    ];
    stop.signal.addEventListener('abort', () => cancel.forEach(c => c()));
    const here = prompt.messageId ? this.on.isMine(prompt.messageId) : this.on.hasFocus();
    this.claim(waiting, here ? 0 : courtesyMs);
  }

  /** Another tab has settled it. */
  settledElsewhere(id: string): void {
    this.on.seen.add(id);
    this.forget(id);
  }

  /** The server takes back one prompt, or all. What was answered already stays. */
  withdraw(id: string | 'all'): void {
    for (const waiting of [...this.waiting.values()]) {
      if (id !== 'all' && id !== waiting.prompt.decisionId) continue;
      this.on.seen.add(waiting.prompt.decisionId);
      this.forget(waiting.prompt.decisionId);
      this.emit('withdrawn', waiting.prompt);
    }
    if (id !== 'all') this.on.seen.add(id);
    const open = this.open;
    if (open && !open.answered && (id === 'all' || id === open.prompt.decisionId)) {
      open.answered = true;
      open.panel.close();
      this.emit('withdrawn', open.prompt);
    }
  }

  /** The visitor opted out, or the page goes: nothing of ours stays. */
  stop(): void {
    for (const id of [...this.waiting.keys()]) this.forget(id);
    this.open?.panel.close();
  }

  private claim(waiting: Waiting, politelyMs: number): void {
    const { clock, tabs } = this.on;
    if (waiting.claiming || waiting.stop.signal.aborted || !this.on.isVisible()) return;
    waiting.claiming = true;
    const ask = (): void => {
      tabs.alone('prompt', waiting.stop.signal, () => this.show(waiting)).finally(() => (waiting.claiming = false)).catch(() => undefined);
    };
    if (politelyMs === 0) ask();
    else {
      const cancel = clock.after(politelyMs, ask);
      waiting.stop.signal.addEventListener('abort', cancel);
    }
  }

  /** Shows it and lasts until it is closed: that is how long no other tab may show one. */
  private show(waiting: Waiting): Promise<void> {
    const { prompt, startedAt } = waiting;
    const id = prompt.decisionId;
    if (waiting.stop.signal.aborted || !this.on.isVisible() || this.open) return Promise.resolve();
    if (this.on.clock.now() - startedAt > prompt.lateAfterMs) {
      this.tooLate(waiting);
      return Promise.resolve();
    }
    const first = this.on.seen.add(id);
    this.forget(id);
    this.on.tabs.tell({ t: 'seen', id });
    if (!first) return Promise.resolve();
    return new Promise(closed => {
      const open = {
        prompt,
        answered: false,
        panel: this.on.openPanel(prompt, {
          choose: choice => this.choose(open, choice),
          dismiss: () => this.answer(open, 'dismissed'),
          rate: helpful => this.on.report({ decisionId: id, kind: helpful ? 'helpful' : 'notHelpful' }),
          closed: () => {
            this.open = null;
            closed();
          },
        }),
      };
      this.open = open;
      this.on.afterPaint(() => this.painted(prompt, startedAt));
    });
  }

  private painted(prompt: Prompt, startedAt: number): void {
    const known = prompt.messageId !== null && this.on.signalMadeAt(prompt.messageId) !== null;
    const paint = known ? { signalToPaintMs: Math.round(this.on.clock.now() - startedAt) } : {};
    this.on.report({ decisionId: prompt.decisionId, kind: 'shown', ...paint });
    this.emit('shown', prompt, paint);
  }

  private choose(open: NonNullable<Prompts['open']>, choice: Choice): void {
    switch (choice.action) {
      case 'accept':
        return this.answer(open, 'accepted', choice.id);
      case 'person':
        return this.answer(open, 'person', choice.id);
      case 'dismiss':
        return this.answer(open, 'dismissed', choice.id);
    }
  }

  private answer(open: NonNullable<Prompts['open']>, kind: 'accepted' | 'person' | 'dismissed', choice?: string): void {
    if (open.answered) return;
    open.answered = true;
    const detail = choice ? { choice } : {};
    this.on.report({ decisionId: open.prompt.decisionId, kind, ...detail });
    this.emit(kind, open.prompt, detail);
  }

  private tooLate(waiting: Waiting): void {
    const id = waiting.prompt.decisionId;
    if (!this.waiting.has(id)) return;
    this.forget(id);
    if (!this.on.seen.add(id)) return;
    this.on.tabs.tell({ t: 'seen', id });
    this.on.report({ decisionId: id, kind: 'late' });
    this.emit('late', waiting.prompt);
  }

  private forget(id: string): void {
    this.waiting.get(id)?.stop.abort();
    this.waiting.delete(id);
  }

  private emit(kind: MomentKind | FeedbackKind, { decisionId, scenario }: Prompt, more: object = {}): void {
    this.on.emitter.emit(kind as MomentKind, { decisionId, scenario, ...more });
  }
}

/** The frame after the next one starts: by then the one with the prompt is on the screen. */
export function afterNextPaint(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(run));
}

export function whenVisible(run: () => void): () => void {
  return listen(document, 'visibilitychange', () => {
    if (document.visibilityState === 'visible') run();
  });
}
