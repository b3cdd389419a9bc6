// Entry of dist/mi.js: everything that runs in a customer's browser. See client/README.md.
import { start } from './mi/start.ts';

start();
