import type { Clock } from './clock.ts';
import { guard, listen } from './guard.ts';
import { RageDetector } from './rage.ts';
import { currentPath, type Signals } from './signals.ts';

// Ours, and what the site asks to leave alone.
const ignored = 'mi-prompt,[data-mi-ignore]';
const pressable = 'button,a,summary,label,[role=button],[role=link],[role=tab],[role=menuitem],input[type=submit],input[type=button]';
// One fault of a field shows as an invalid event and as an attribute, and a form checked twice shows it twice.
const sameFaultMs = 500;

/** Page views: the first, and each later route of a single-page site. Returns what stops it. */
export function capturePages(signals: Signals): () => void {
  let last = '';
  const look = guard(() => {
    const path = currentPath();
    if (path === last) return;
    last = path;
    signals.collect('page', { properties: { path, title: document.title } });
  });
  // A router sets the title after the address; a turn later both are there.
  const soon = (): void => void setTimeout(look);
  const { pushState, replaceState } = history;
  history.pushState = function (...args) {
    pushState.apply(this, args);
    soon();
  };
  history.replaceState = function (...args) {
    replaceState.apply(this, args);
    soon();
  };
  const stops = [listen(window, 'popstate', soon), listen(window, 'hashchange', soon)];
  look();
  return () => stops.forEach(stop => stop());
}

/** Clicks, rage clicks and field errors; never what somebody typed. Returns what stops it. */
export function captureElements(signals: Signals, clock: Clock): () => void {
  const rage = new RageDetector();
  const faults = new Map<string, number>();
  const fault = (target: EventTarget | null): void => {
    if (!(target instanceof Element) || target.closest(ignored)) return;
    const field = (target.getAttribute('name') || target.id || describe(target)).slice(0, 64);
    const now = clock.now();
    if (now - (faults.get(field) ?? -Infinity) < sameFaultMs) return;
    faults.set(field, now);
    signals.collect('track', { event: 'Field Error', properties: { field } });
  };
  const stops = [
    listen(document, 'click', (event: MouseEvent) => {
      if (!(event.target instanceof Element) || event.target.closest(ignored)) return;
      const target = event.target.closest(pressable) ?? event.target;
      const element = describe(target);
      signals.collect('track', { event: 'Element Clicked', properties: { element, label: labelOf(target) } });
      // A keyboard "click" has no place; holding Enter is not rage.
      const clicks = event.detail === 0 ? 0 : rage.click(target, event.clientX, event.clientY, clock.now());
      if (clicks > 0) signals.send('track', { event: 'Rage Clicked', properties: { element, clicks } });
    }, { capture: true, passive: true }),
    listen(document, 'invalid', (event: Event) => fault(event.target), { capture: true, passive: true }),
  ];
  const watcher = new MutationObserver(guard(changes => {
    for (const change of changes) {
      const target = change.target as Element;
      const now = target.getAttribute('aria-invalid');
      if (now && now !== 'false' && (!change.oldValue || change.oldValue === 'false')) fault(target);
    }
  }));
  watcher.observe(document, { subtree: true, attributes: true, attributeFilter: ['aria-invalid'], attributeOldValue: true });
  return () => {
    stops.forEach(stop => stop());
    watcher.disconnect();
  };
}

/** Like a CSS selector, short: "button#pay", "input[name=zip]", "a.more". */
function describe(element: Element): string {
  const tag = element.tagName.toLowerCase();
  const name = element.getAttribute('name');
  const style = element.classList[0];
  return (tag + (element.id ? `#${element.id}` : name ? `[name=${name}]` : style ? `.${style}` : '')).slice(0, 64);
}

/** What is written on a button or link; nothing for anything else, which may hold personal text. */
function labelOf(element: Element): string {
  if (!element.matches(pressable)) return '';
  const text = element.getAttribute('aria-label') || (element instanceof HTMLInputElement ? element.value : element.textContent) || '';
  return text.replace(/\s+/g, ' ').trim().slice(0, 64);
}
