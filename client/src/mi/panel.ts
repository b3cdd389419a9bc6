import { guard, listen } from './guard.ts';
import { panelStyle } from './panelStyle.ts';
import type { Choice, Prompt } from './wire.ts';

export interface PanelEvents {
  choose(choice: Choice): void;
  /** Closed without an answer. */
  dismiss(): void;
  rate(helpful: boolean): void;
  closed(): void;
}

export interface Panel {
  /** Takes it off the page, without a word to anybody but `closed`. */
  close(): void;
}

const thanksMs = 4000;

/**
 * The prompt: a dialog that is not modal, in a shadow root. It never takes the focus unasked: it is announced politely, F6 goes in
 * and back, Escape closes, and the focus returns to where it was. Data reaches the page through textContent only.
 */
export function openPanel(prompt: Prompt, events: PanelEvents): Panel {
  const { texts } = prompt;
  const host = document.createElement('mi-prompt');
  const root = host.attachShadow({ mode: 'open' });
  style(root);
  const say = make('div', 's', '');
  say.setAttribute('role', 'status');
  const box = make('section', 'p', '');
  box.setAttribute('role', 'dialog');
  box.setAttribute('aria-labelledby', 't');
  box.setAttribute('aria-describedby', 'd');
  box.lang = prompt.locale;
  box.dir = 'auto';
  box.tabIndex = -1;
  root.append(box, say);

  let asking = true;
  let back: HTMLElement | null = null;
  const stops: (() => void)[] = [];
  const inside = (): boolean => document.activeElement === host;

  let closed = false;
  const close = guard(() => {
    if (closed) return;
    closed = true;
    stops.splice(0).forEach(stop => stop());
    const had = inside();
    host.remove();
    if (had && back?.isConnected) back.focus({ preventScroll: true });
    events.closed();
  });
  const leave = (): void => {
    if (asking) {
      asking = false;
      events.dismiss();
    }
    close();
  };

  /** Fills the box anew; the focus stays in it if it was in it. */
  const fill = (words: readonly HTMLElement[], answers?: HTMLElement): void => {
    const had = inside();
    const title = make('h2', '', prompt.title || prompt.automatedNotice);
    title.id = 't';
    const said = make('div', '', '');
    said.id = 'd';
    said.append(...words);
    const keys = make('span', 'k', texts.keys);
    keys.setAttribute('aria-hidden', 'true');
    const notice = make('p', 'n', '');
    notice.append(make('span', '', prompt.automatedNotice), keys);
    const x = button('×', leave);
    x.className = 'x';
    x.setAttribute('aria-label', texts.close);
    box.replaceChildren(title, said, ...(answers ? [answers] : []), notice, x);
    if (had) box.focus({ preventScroll: true });
  };

  const thanks = (helpful: boolean): void => {
    events.rate(helpful);
    fill([make('p', 'a', texts.thanks)]);
    say.textContent = texts.thanks;
    const id = setTimeout(close, thanksMs);
    stops.push(() => clearTimeout(id));
  };
  const choose = (choice: Choice): void => {
    if (!asking) return;
    asking = false;
    events.choose(choice);
    if (choice.action === 'dismiss') return void close();
    if (choice.action === 'person') {
      // Nothing is promised here: who answers, and how, is in the script's own contact line.
      fill([make('p', 'a', prompt.contact || prompt.acknowledge)]);
      say.textContent = prompt.contact;
      return;
    }
    fill([make('p', 'a', texts.helpful)], row('c e', button(texts.yes, () => thanks(true)), button(texts.no, () => thanks(false))));
    say.textContent = texts.helpful;
  };

  fill(
    [...(prompt.acknowledge ? [make('p', 'a', prompt.acknowledge)] : []), ...(prompt.offer ? [make('p', '', prompt.offer)] : [])],
    row('c', ...prompt.choices.map(choice => button(choice.label, () => choose(choice)))),
  );

  stops.push(
    listen(box, 'focusin', (event: FocusEvent) => {
      const from = event.relatedTarget;
      if (from instanceof HTMLElement && !root.contains(from)) back = from;
    }),
    listen(box, 'keydown', (event: KeyboardEvent) => {
      // The page's own shortcuts are not meant while somebody answers us.
      if (event.key !== 'Escape' && event.key !== 'F6') return event.stopPropagation();
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') leave();
      else if (back?.isConnected) back.focus();
      else host.blur();
    }),
    listen(document, 'keydown', (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || inside()) return;
      if (event.key === 'Escape') leave();
      else if (event.key === 'F6') {
        event.preventDefault();
        back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
        box.focus({ preventScroll: true });
      }
    }),
  );

  // All outside an open modal dialog is inert, so a prompt belongs into it.
  const at = document.activeElement;
  (topDialog() ?? document.body ?? document.documentElement).append(host);
  // What the customer uses just now stays in sight: the panel goes to the other edge where it would stand in front of it.
  if (at?.matches('button,input,a,[tabindex]')) {
    const [a, b] = [at.getBoundingClientRect(), host.getBoundingClientRect()];
    host.toggleAttribute('up', a.bottom > b.top && a.right > b.left && a.left < b.right && a.top > b.height + 40);
  }
  // A live region speaks of changes only: first empty, then filled.
  const id = setTimeout(() => (say.textContent = [prompt.title, prompt.acknowledge, prompt.offer, prompt.automatedNotice, texts.keys].filter(Boolean).join(' ')), 100);
  stops.push(() => clearTimeout(id));
  return { close };
}

function topDialog(): Element | null {
  try {
    return [...document.querySelectorAll('dialog:modal')].at(-1) ?? null;
  } catch {
    return null;
  }
}

/** A constructed sheet is not subject to the page's content security policy; a style element is. */
function style(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(panelStyle);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make('style', '', panelStyle));
  }
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function button(label: string, press: () => void): HTMLButtonElement {
  const made = make('button', '', label);
  made.type = 'button';
  made.addEventListener('click', guard(press));
  return made;
}

function row(className: string, ...children: HTMLElement[]): HTMLElement {
  const made = make('div', className, '');
  made.append(...children);
  return made;
}
