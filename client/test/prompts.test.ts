import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ring } from '../src/mi/disk.ts';
import type { PanelEvents } from '../src/mi/panel.ts';
import { Prompts } from '../src/mi/prompts.ts';
import type { TabMessage } from '../src/mi/tabs.ts';
import { readPrompt, type Feedback, type Prompt } from '../src/mi/wire.ts';
import { ManualClock, settle } from './manualClock.ts';
import { MemoryDisk } from './memoryDisk.ts';

const prompt = (id: string, messageId: string | null = 'm1'): Prompt =>
  readPrompt({
    decisionId: id, messageId, lateAfterMs: 3000, acknowledge: 'I see.', offer: 'Another way?',
    choices: [{ id: 'other', label: 'Other', action: 'accept' }, { id: 'person', label: 'Person', action: 'person' }],
  })!;

/** Several tabs of one browser: one clock, one disk, one lock, messages to the others. */
class Browser {
  readonly clock = new ManualClock();
  readonly disk = new MemoryDisk();
  readonly reports: Feedback[] = [];
  readonly tabs: Tab[] = [];
  private turn: Promise<void> = Promise.resolve();

  alone(stop: AbortSignal, run: () => Promise<void>): Promise<void> {
    return (this.turn = this.turn.then(() => (stop.aborted ? undefined : run())));
  }
}

class Tab {
  visible = true;
  focused = true;
  mine = new Map<string, number>();
  shown: { prompt: Prompt; events: PanelEvents; closed: boolean }[] = [];
  moments: string[] = [];
  private wake: (() => void)[] = [];
  readonly prompts: Prompts;

  constructor(private readonly browser: Browser) {
    browser.tabs.push(this);
    this.prompts = new Prompts({
      clock: browser.clock,
      seen: new Ring(browser.disk, 'seen', 200),
      tabs: { alone: (_, stop, run) => browser.alone(stop, run), tell: message => this.tell(message) },
      emitter: { emit: (kind, detail) => void this.moments.push(`${kind} ${detail.decisionId}`) },
      signalMadeAt: id => browser.tabs.map(t => t.mine.get(id)).find(at => at !== undefined) ?? null,
      isMine: id => this.mine.has(id),
      isVisible: () => this.visible,
      hasFocus: () => this.focused,
      onVisible: run => {
        this.wake.push(run);
        return () => (this.wake = this.wake.filter(w => w !== run));
      },
      report: feedback => void browser.reports.push(feedback),
      openPanel: (shown, events) => {
        const entry = { prompt: shown, events, closed: false };
        this.shown.push(entry);
        return {
          close: () => {
            if (entry.closed) return;
            entry.closed = true;
            events.closed();
          },
        };
      },
      afterPaint: run => void browser.clock.after(16, run),
    });
  }

  show(): void {
    this.visible = true;
    [...this.wake].forEach(w => w());
  }

  private tell(message: TabMessage): void {
    for (const tab of this.browser.tabs) if (tab !== this && message.t === 'seen') tab.prompts.settledElsewhere(message.id);
  }
}

const kinds = (browser: Browser): string[] => browser.reports.map(r => `${r.kind} ${r.decisionId}`);

test('offer_InTime_ShownOnceAndTimedFromItsSignal', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.mine.set('m1', browser.clock.now());
  await browser.clock.advance(20);
  tab.prompts.offer(prompt('d1'), browser.clock.now());
  tab.prompts.offer(prompt('d1'), browser.clock.now());
  await browser.clock.advance(100);
  tab.prompts.offer(prompt('d1'), browser.clock.now());
  await browser.clock.advance(100);
  assert.equal(tab.shown.length, 1);
  assert.deepEqual(browser.reports, [{ decisionId: 'd1', kind: 'shown', signalToPaintMs: 36 }]);
});

test('offer_AfterItsTime_IsWithheldAndReportedLate', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.mine.set('m1', browser.clock.now());
  await browser.clock.advance(3001);
  tab.prompts.offer(prompt('d1'), browser.clock.now());
  await browser.clock.advance(100);
  assert.equal(tab.shown.length, 0);
  assert.deepEqual(kinds(browser), ['late d1']);
});

test('offer_TwoVisibleTabs_TheOneWhereItHappenedShowsIt', async () => {
  const browser = new Browser();
  const other = new Tab(browser);
  const shop = new Tab(browser);
  shop.mine.set('m1', browser.clock.now());
  for (const tab of browser.tabs) tab.prompts.offer(prompt('d1'), browser.clock.now());
  await browser.clock.advance(500);
  assert.deepEqual([other.shown.length, shop.shown.length], [0, 1]);
});

test('offer_ThatTabIsGone_AnotherVisibleOneShowsIt', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.focused = false;
  tab.prompts.offer(prompt('d1', 'of a closed tab'), browser.clock.now());
  await browser.clock.advance(500);
  assert.equal(tab.shown.length, 1);
  assert.deepEqual(browser.reports, [{ decisionId: 'd1', kind: 'shown' }]);
});

test('offer_AllHidden_WaitsForEyesUntilItIsLate', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.visible = false;
  tab.prompts.offer(prompt('d1', null), browser.clock.now());
  await browser.clock.advance(1000);
  tab.show();
  await browser.clock.advance(100);
  assert.equal(tab.shown.length, 1);
  tab.visible = false;
  tab.prompts.offer(prompt('d2', null), browser.clock.now());
  await browser.clock.advance(3500);
  tab.show();
  await browser.clock.advance(100);
  assert.equal(tab.shown.length, 1);
  assert.deepEqual(kinds(browser), ['shown d1', 'late d2']);
});

test('offer_AnotherIsOpen_OneAtATime', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.prompts.offer(prompt('d1', null), browser.clock.now());
  await browser.clock.advance(100);
  tab.prompts.offer(prompt('d2', null), browser.clock.now());
  await browser.clock.advance(100);
  assert.equal(tab.shown.length, 1);
  tab.shown[0]!.events.dismiss();
  tab.shown[0]!.closed = true;
  tab.shown[0]!.events.closed();
  await browser.clock.advance(100);
  assert.deepEqual(tab.shown.map(s => s.prompt.decisionId), ['d1', 'd2']);
  assert.deepEqual(kinds(browser), ['shown d1', 'dismissed d1', 'shown d2']);
});

test('withdraw_OpenOrWaiting_GoesWithoutReport', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.prompts.offer(prompt('d1', null), browser.clock.now());
  await browser.clock.advance(100);
  tab.prompts.offer(prompt('d2', null), browser.clock.now());
  tab.prompts.withdraw('all');
  await browser.clock.advance(5000);
  assert.equal(tab.shown.length, 1);
  assert.equal(tab.shown[0]!.closed, true);
  assert.deepEqual(kinds(browser), ['shown d1']);
  assert.ok(tab.moments.includes('withdrawn d1') && tab.moments.includes('withdrawn d2'));
});

test('choose_AnsweredTwice_CountsOnce', async () => {
  const browser = new Browser();
  const tab = new Tab(browser);
  tab.prompts.offer(prompt('d1', null), browser.clock.now());
  await browser.clock.advance(100);
  const { events, prompt: shown } = tab.shown[0]!;
  events.choose(shown.choices[1]!);
  events.choose(shown.choices[0]!);
  events.rate(true);
  await settle();
  assert.deepEqual(browser.reports.slice(1), [{ decisionId: 'd1', kind: 'person', choice: 'person' }, { decisionId: 'd1', kind: 'helpful' }]);
});
