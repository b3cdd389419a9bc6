// Nothing of ours may throw into the host page: every way in goes through here.

/** The same function, but a fault of ours ends here, as one quiet line. */
export function guard<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      note('internal fault', error);
      return undefined;
    }
  };
}

/** Listens, guarded; the returned function stops listening. */
export function listen(target: EventTarget, kind: string, handler: (event: never) => void, options: AddEventListenerOptions = {}): () => void {
  const guarded = guard(handler) as EventListener;
  target.addEventListener(kind, guarded, options);
  return () => target.removeEventListener(kind, guarded, options);
}

const noted = new Map<string, number>();

/** A line for the site's developer; the same line at most 3 times a page, so that a broken network does not flood a console. */
export function note(text: string, detail?: unknown): void {
  const times = (noted.get(text) ?? 0) + 1;
  noted.set(text, times);
  if (times <= 3) console.warn(`mi.js: ${text}`, detail ?? '');
}
