import { build } from 'esbuild';

const common = { bundle: true, minify: true, legalComments: 'none', outdir: '../wwwroot/dist' };
await build({ ...common, entryPoints: ['src/mi.ts'], format: 'iife', target: 'es2020' });
// The console's own scripts; es2022, for its readers have a current browser.
await build({ ...common, entryPoints: ['src/console/theme.ts', 'src/console/console.ts'], outbase: 'src/console', format: 'iife', target: 'es2022' });
