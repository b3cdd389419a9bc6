// Bundles what runs in a browser into ../wwwroot/dist and refuses a mi.js that grew past what a customer's page should carry.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const outdir = '../wwwroot/dist';
const common = { outdir, bundle: true, minify: true, format: 'iife', target: 'es2022', legalComments: 'none' };
// Names of our own insides only: nothing that crosses the wire, reaches another tab, is kept on disk or belongs to the browser.
const inside = [
  'adopt', 'afterPaint', 'alone', 'answered', 'asking', 'batchBytes', 'batchLimit', 'batchParcels', 'cancelTimer', 'canShare', 'choose', 'claiming',
  'clock', 'disk', 'dismiss', 'emitter', 'failures', 'flights', 'flying', 'forget', 'forgetToken', 'handlers', 'heldUntil', 'hello', 'ifFree',
  'inFlight', 'isMine', 'isVisible', 'knownToken', 'lastFailure', 'lastFeedback', 'lastSignals', 'leave', 'madeAt', 'makeRoom', 'maxBytes',
  'maxParcels', 'nextBatch', 'onVisible', 'openPanel', 'openStream', 'optedOut', 'outbox', 'painted', 'parcel', 'post', 'radiusPx', 'remembered',
  'renewed', 'report', 'resume', 'saveSoon', 'saving', 'seen', 'sendFeedback', 'sendSignals', 'sendWithin', 'settings', 'settle', 'settledElsewhere',
  'signalMadeAt', 'slots', 'startedAt', 'tabs', 'tell', 'tooLate', 'unsettled', 'visitor', 'waiting', 'windowMs',
];
await build({ ...common, entryPoints: ['src/mi.ts'], mangleProps: new RegExp(`^(${inside.join('|')})$`) });
await build({ ...common, entryPoints: ['src/store.ts'] });
// The console's own scripts.
await build({ ...common, entryPoints: ['src/console/theme.ts', 'src/console/console.ts'], outbase: 'src/console' });

const limit = 10 * 1024;
const size = gzipSync(readFileSync(`${outdir}/mi.js`), { level: 9 }).length;
console.log(`mi.js: ${size} bytes gzip of ${limit}`);
if (size > limit) {
  console.error(`error MI0002: mi.js is ${size} bytes gzip; the limit is ${limit}. It is on every page of every customer: make it smaller.`);
  process.exit(1);
}
