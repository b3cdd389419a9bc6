import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, retryAfterMs } from '../src/mi/backoff.ts';
import { Ring } from '../src/mi/disk.ts';
import { newSecret } from '../src/mi/ids.ts';
import { RageDetector } from '../src/mi/rage.ts';
import { StreamParser } from '../src/mi/sse.ts';
import { readPrompt, readWithdraw } from '../src/mi/wire.ts';
import { ManualClock } from './manualClock.ts';
import { MemoryDisk } from './memoryDisk.ts';

test('backoff_ManyFailures_DoublesToAMinute', () => {
  const clock = new ManualClock();
  assert.deepEqual([1, 2, 3, 7, 50].map(n => backoffMs(n, clock)), [750, 1500, 3000, 45_000, 45_000]);
});

test('retryAfter_SecondsDatesAndNonsense', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterMs('7', now), 7000);
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now), 9000);
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.equal(retryAfterMs('soon', now), 0);
  assert.equal(retryAfterMs(null, now), 0);
  assert.equal(retryAfterMs('999999999', now), 3_600_000);
});

test('streamParser_CutAnywhere_SameEvents', () => {
  const text = ': ping\r\n\r\nid: abc\r\nevent: prompt\r\ndata: {"a":1,\r\ndata: "b":2}\r\n\r\nevent: withdraw\ndata: {"all":true}\n\n';
  for (let size = 1; size < text.length; size++) {
    const parser = new StreamParser();
    const events = [];
    for (let i = 0; i < text.length; i += size) events.push(...parser.push(text.slice(i, i + size)));
    assert.deepEqual(events, [
      { event: 'prompt', data: '{"a":1,\n"b":2}', id: 'abc' },
      { event: 'withdraw', data: '{"all":true}', id: 'abc' },
    ], `pieces of ${size}`);
  }
});

test('rage_ThreeQuickClicksInOnePlace_ToldOnceABurst', () => {
  const rage = new RageDetector();
  const button = {};
  assert.deepEqual([0, 200, 400, 600].map(at => rage.click(button, 10, 10, at)), [0, 0, 3, 0]);
  assert.deepEqual([5000, 5300, 5500].map(at => rage.click(button, 12, 12, at)), [0, 0, 3]);
});

test('rage_SlowOrWanderingClicks_IsNone', () => {
  const rage = new RageDetector();
  const button = {};
  assert.deepEqual([0, 900, 1800].map(at => rage.click(button, 10, 10, at)), [0, 0, 0]);
  assert.deepEqual([0, 1, 2].map(i => rage.click(button, i * 50, 10, 9000 + i)), [0, 0, 0]);
  assert.deepEqual([{}, {}, {}].map((other, i) => rage.click(other, 10, 10, 20_000 + i)), [0, 0, 0]);
});

test('readPrompt_WrongShapes_AreNone', () => {
  for (const data of [null, 1, 'x', [], {}, { decisionId: 'd' }, { decisionId: 5, offer: 'x' }]) assert.equal(readPrompt(data), null);
});

test('readPrompt_OddParts_AreMadeSafe', () => {
  const prompt = readPrompt({
    decisionId: 'd', offer: 'Help?'.repeat(1000), title: 5, lateAfterMs: 'soon',
    choices: [{ id: 'a', label: 'A', action: 'accept' }, { id: 'b', label: 'B', action: 'javascript' }, null, 7, { id: 'p', label: 'P', action: 'person' }],
    texts: { yes: 'Ja', no: 5 },
  });
  assert.ok(prompt);
  assert.equal(prompt.offer.length, 500);
  assert.equal(prompt.title, '');
  assert.equal(prompt.lateAfterMs, 3000);
  assert.deepEqual(prompt.choices.map(c => c.id), ['a', 'p']);
  assert.equal(prompt.texts.yes, 'Ja');
  assert.equal(prompt.texts.no, 'No');
  assert.ok(prompt.automatedNotice.length > 0);
});

test('readWithdraw_OneAllOrNobody', () => {
  assert.equal(readWithdraw({ decisionId: 'd' }), 'd');
  assert.equal(readWithdraw({ all: true }), 'all');
  assert.equal(readWithdraw({}), null);
});

test('ring_KeepsTheNewestAndSurvivesNonsense', () => {
  const disk = new MemoryDisk();
  const ring = new Ring(disk, 'seen', 3);
  assert.deepEqual(['a', 'b', 'a', 'c', 'd'].map(x => ring.add(x)), [true, true, false, true, true]);
  assert.deepEqual(ring.all(), ['b', 'c', 'd']);
  disk.set('seen', '{broken');
  assert.deepEqual(ring.all(), []);
  assert.equal(ring.add('e'), true);
});

test('newSecret_Is32BytesBase64Url', () => {
  assert.ok(/^[A-Za-z0-9_-]{43}$/.test(newSecret()));
});
