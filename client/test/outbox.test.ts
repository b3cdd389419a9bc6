import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox, type Answer, type OutboxOptions, type Parcel } from '../src/mi/outbox.ts';
import { ManualClock, settle } from './manualClock.ts';
import { MemoryDisk } from './memoryDisk.ts';

const parcel = (id: string, minor = false, size = 20): Parcel => ({ id, json: JSON.stringify('x'.repeat(size - 2)), minor });

function boxed(answer: (ids: string[], call: number) => Answer | Promise<Answer>, changes: Partial<OutboxOptions> = {}) {
  const clock = new ManualClock();
  const disk = new MemoryDisk();
  const sent: string[][] = [];
  const dropped: string[] = [];
  const box = new Outbox('q.me', disk, clock, {
    maxParcels: 5, maxBytes: 10_000, batchParcels: 10, batchBytes: 1000, inFlight: 4,
    send: async parcels => {
      const ids = parcels.map(p => p.id);
      sent.push(ids);
      return answer(ids, sent.length);
    },
    dropped: (parcels, why) => dropped.push(...parcels.map(p => `${p.id}: ${why}`)),
    ...changes,
  });
  return { box, clock, disk, sent, dropped };
}

test('add_Urgent_LeavesInTheSameTurnWithWhatWaited', async () => {
  const { box, sent } = boxed(() => ({ kind: 'taken' }));
  box.add(parcel('click', true), 1000);
  box.add(parcel('payment'));
  await settle();
  assert.deepEqual(sent, [['click', 'payment']]);
  assert.equal(box.size, 0);
});

test('add_Minor_WaitsForCompanyButNotLongerThanItsLinger', async () => {
  const { box, clock, sent } = boxed(() => ({ kind: 'taken' }));
  box.add(parcel('a', true), 1000);
  await clock.advance(999);
  assert.deepEqual(sent, []);
  await clock.advance(1);
  assert.deepEqual(sent, [['a']]);
});

test('add_WhileARequestIsOut_DoesNotWaitForIt', async () => {
  const { box, sent } = boxed(ids => (ids[0] === 'slow' ? new Promise(() => undefined) : { kind: 'taken' }));
  box.add(parcel('slow'));
  await settle();
  box.add(parcel('payment'));
  await settle();
  assert.deepEqual(sent, [['slow'], ['payment']]);
});

test('send_Fails_SameIdsAgainWithDoublingWaits', async () => {
  const { box, clock, sent } = boxed((_, call) => (call < 4 ? Promise.reject(new Error('offline')) : { kind: 'taken' }));
  box.add(parcel('a'));
  await clock.advance(750);
  assert.equal(sent.length, 2);
  await clock.advance(1499);
  assert.equal(sent.length, 2);
  await clock.advance(1);
  assert.equal(sent.length, 3);
  await clock.advance(3000);
  assert.deepEqual(sent, [['a'], ['a'], ['a'], ['a']]);
  assert.equal(box.size, 0);
});

test('send_429_RetryAfterIsHonouredEvenForUrgentOnes', async () => {
  const { box, clock, sent } = boxed((_, call) => (call === 1 ? { kind: 'later', afterMs: 20_000 } : { kind: 'taken' }));
  box.add(parcel('a'));
  await settle();
  box.add(parcel('b'));
  box.resume();
  await clock.advance(19_000);
  assert.equal(sent.length, 1);
  await clock.advance(1_000);
  assert.deepEqual(sent[1], ['a', 'b']);
});

test('send_429WhileAnotherRequestIsOut_ItsGoodAnswerDoesNotShortenTheWait', async () => {
  let slow: (answer: Answer) => void = () => undefined;
  const { box, clock, sent } = boxed((_, call) =>
    call === 1 ? new Promise(done => (slow = done)) : { kind: call === 2 ? 'later' : 'taken', afterMs: 20_000 } as Answer);
  box.add(parcel('a'));
  await settle();
  box.add(parcel('b'));
  await settle();
  slow({ kind: 'taken' });
  await settle();
  assert.deepEqual(sent, [['a'], ['b']]);
  await clock.advance(19_999);
  assert.equal(sent.length, 2);
  await clock.advance(1);
  assert.deepEqual(sent[2], ['b']);
  assert.equal(box.size, 0);
});

test('resume_NetworkReturns_TriesAtOnce', async () => {
  const { box, clock, sent } = boxed((_, call) => (call < 3 ? Promise.reject(new Error('offline')) : { kind: 'taken' }));
  box.add(parcel('a'));
  await clock.advance(800);
  assert.equal(sent.length, 2);
  box.resume();
  await settle();
  assert.equal(sent.length, 3);
  assert.equal(box.size, 0);
});

test('add_Full_OldestMinorGoesFirstAndIsReported', async () => {
  const { box, dropped } = boxed(() => new Promise(() => undefined), { maxParcels: 3 });
  box.add(parcel('payment'), 1000);
  box.add(parcel('click', true), 1000);
  box.add(parcel('payment2'), 1000);
  box.add(parcel('payment3'), 1000);
  box.add(parcel('payment4'), 1000);
  assert.deepEqual(dropped, ['click: the queue is full', 'payment: the queue is full']);
  assert.equal(box.size, 3);
});

test('flush_ManyBytes_SplitsAtTheBatchLimit', async () => {
  const { box, sent } = boxed(() => ({ kind: 'taken' }), { batchBytes: 100, maxParcels: 100 });
  for (let i = 0; i < 6; i++) box.add(parcel(`p${i}`, false, 45));
  await settle();
  assert.deepEqual(sent, [['p0', 'p1'], ['p2', 'p3'], ['p4', 'p5']]);
});

test('send_413_HalvesUntilTheGuiltyOneIsAlone', async () => {
  const { box, clock, sent, dropped } = boxed(ids => (ids.includes('big') ? { kind: 'smaller' } : { kind: 'taken' }));
  for (const id of ['a', 'big', 'b', 'c']) box.add(parcel(id));
  await clock.advance(100);
  assert.deepEqual(dropped, ['big: too large']);
  assert.equal(box.size, 0);
  assert.ok(sent.flat().includes('c'));
});

test('send_400_DropsAndSaysWhy', async () => {
  const { box, dropped } = boxed(() => ({ kind: 'never', why: 'the server answered 400' }));
  box.add(parcel('a'));
  await settle();
  assert.deepEqual(dropped, ['a: the server answered 400']);
  assert.equal(box.size, 0);
});

test('adopt_WhatAnotherPageLeft_IsSentUnderTheSameIds', async () => {
  const first = boxed(() => Promise.reject(new Error('offline')));
  first.box.add(parcel('a'));
  await first.clock.advance(60);
  const left = first.disk.get('q.me');
  assert.ok(left);
  const second = boxed(() => ({ kind: 'taken' }));
  second.box.adopt(left);
  second.box.adopt('not json');
  second.box.adopt(left);
  await second.clock.advance(500);
  assert.deepEqual(second.sent, [['a']]);
});

test('save_AllSettled_LeavesNothingOnDisk', async () => {
  const { box, clock, disk } = boxed(() => ({ kind: 'taken' }));
  box.add(parcel('a'));
  await clock.advance(200);
  assert.equal(disk.get('q.me'), null);
});
