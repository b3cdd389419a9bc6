import { h } from './dom.ts';
import type { Page } from './pages.ts';
import { mi } from './signals.ts';

const password = 'fern';
const maxTries = 5;
const key = 'store.tries';

/** A login that locks after five wrong passwords, kept for this tab. */
export function account(redraw: () => void): Page {
  let tries = Number(sessionStorage.getItem(key) ?? 0);
  const name = sessionStorage.getItem('store.user');
  if (name) return welcome(name, redraw);
  const message = h('p', { class: 'message bad', role: 'alert', id: 'login-message' });
  const user = h('input', { name: 'user', value: 'robin', autocomplete: 'off', required: true }) as HTMLInputElement;
  const secret = h('input', { name: 'password', type: 'password', autocomplete: 'off', required: true, 'aria-describedby': 'login-message' }) as HTMLInputElement;
  const enter = h('button', { type: 'submit' }, 'Sign in') as HTMLButtonElement;

  const lock = (): void => {
    enter.disabled = true;
    secret.disabled = true;
    message.textContent = 'This account is locked after five wrong passwords.';
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (secret.value === password) {
      sessionStorage.removeItem(key);
      sessionStorage.setItem('store.user', user.value);
      mi.track('Login Succeeded', {});
      mi.identify(`demo-${user.value}`, { name: user.value });
      redraw();
      return;
    }
    tries++;
    sessionStorage.setItem(key, String(tries));
    secret.value = '';
    secret.setAttribute('aria-invalid', 'true');
    mi.track('Login Failed', {});
    if (tries >= maxTries) {
      mi.track('Account Locked', {});
      lock();
      return;
    }
    message.textContent = `That password is wrong. ${maxTries - tries} ${maxTries - tries === 1 ? 'try' : 'tries'} left.`;
    secret.focus();
  };
  if (tries >= maxTries) lock();

  return {
    title: 'Account', nav: 'account',
    body: h('div', {},
      h('h1', {}, 'Sign in'),
      h('p', { class: 'lead' }, `The password is “${password}”. Anything else is wrong; five wrong ones lock the account.`),
      h('div', { class: 'two' },
        h('form', { class: 'panel', submit, 'aria-label': 'Sign in' },
          h('label', { class: 'field' }, 'Name', user),
          h('label', { class: 'field' }, 'Password', secret),
          message,
          enter,
          tries >= maxTries ? h('button', { type: 'button', class: 'quiet', click: () => { sessionStorage.removeItem(key); redraw(); } }, 'Unlock (demo)') : null))),
  };
}

function welcome(name: string, redraw: () => void): Page {
  return {
    title: 'Account', nav: 'account',
    body: h('div', { class: 'empty' },
      h('h1', {}, `Hello, ${name}`),
      h('p', { class: 'soft' }, 'You are signed in.'),
      h('button', { type: 'button', class: 'quiet', click: () => { sessionStorage.removeItem('store.user'); redraw(); } }, 'Sign out')),
  };
}
