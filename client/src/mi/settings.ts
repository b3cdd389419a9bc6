import { note } from './guard.ts';

/** What the script tag says. */
export interface Settings {
  readonly writeKey: string;
  /** Origin of the MicroIntervention server, without a slash at the end. */
  readonly host: string;
  /** Clicks, rage clicks and field errors are collected. */
  readonly capture: boolean;
}

/** Null, with a line for the developer, when the tag has no write key. */
export function readSettings(script: HTMLScriptElement | null): Settings | null {
  const data = script?.dataset;
  if (!script || !data?.writeKey) {
    note('the script tag lacks data-write-key: nothing is collected');
    return null;
  }
  const host = data.host || new URL(script.src, location.href).origin;
  return { writeKey: data.writeKey, host: host.replace(/\/+$/, ''), capture: data.capture !== 'off' };
}
