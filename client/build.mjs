import { build } from 'esbuild';
await build({ entryPoints: ['src/mi.ts'], outdir: '../wwwroot/dist', bundle: true, minify: true, format: 'iife', target: 'es2020', legalComments: 'none' });
