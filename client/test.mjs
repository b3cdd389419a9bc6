// Types first, then the tests, bundled because this Node reads no TypeScript.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run('node_modules/.bin/tsc', '--noEmit');
const outdir = 'node_modules/.cache/tests';
rmSync(outdir, { recursive: true, force: true });
const entryPoints = readdirSync('test').filter(f => f.endsWith('.test.ts')).map(f => `test/${f}`);
await build({ entryPoints, outdir, bundle: true, platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' }, target: 'node20', logLevel: 'error' });
run(process.execPath, '--test', ...entryPoints.map(f => f.replace('test/', `${outdir}/`).replace('.ts', '.mjs')));
