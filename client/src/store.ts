// Entry of dist/store.js: the demo shop. It speaks to MicroIntervention through mi.js alone, as a customer's site would.
import { account } from './store/account.ts';
import { Cart } from './store/cart.ts';
import { cardPicker, checkout, thanks } from './store/checkout.ts';
import { h } from './store/dom.ts';
import { cartPage, catalogue, product, type Page } from './store/pages.ts';
import { loadScript, mi } from './store/signals.ts';

const main = document.getElementById('main')!;
const count = document.getElementById('cart-count')!;
const strip = document.getElementById('strip')!;
const privacy = document.getElementById('privacy')!;
const cart = new Cart(() => (count.textContent = String(cart.count)));

function page(): Page {
  const [, where = '', id = ''] = location.hash.split('/');
  switch (where) {
    case 'product':
      return product(decodeURIComponent(id), cart);
    case 'cart':
      return cartPage(cart, draw);
    case 'checkout':
      return checkout(cart);
    case 'thanks':
      return thanks();
    case 'account':
      return account(draw);
    default:
      return catalogue(cart);
  }
}

function draw(): void {
  const { title, nav, body } = page();
  document.title = `${title} · Fern & Field (demo shop)`;
  main.replaceChildren(body);
  for (const link of document.querySelectorAll('[data-nav]')) {
    if (link.getAttribute('data-nav') === nav) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function tell(...parts: (string | HTMLElement)[]): void {
  strip.hidden = false;
  strip.replaceChildren(...parts.map(p => (typeof p === 'string' ? h('span', {}, p) : p)));
}

function choose(): void {
  const out = localStorage.getItem('store.optedOut') === '1';
  privacy.textContent = out ? 'Send signals again' : 'Send no more signals (opt out)';
}

addEventListener('hashchange', () => {
  draw();
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
});
document.querySelector('[data-skip]')!.addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
privacy.addEventListener('click', () => {
  const out = localStorage.getItem('store.optedOut') === '1';
  if (out) {
    localStorage.removeItem('store.optedOut');
    mi.optIn();
    tell('Signals are sent again.');
  } else {
    localStorage.setItem('store.optedOut', '1');
    mi.optOut();
    tell('You opted out: nothing more is sent from this browser.');
  }
  choose();
});

mi.on('shown', ({ signalToPaintMs }) => {
  if (signalToPaintMs !== undefined) tell('The prompt was', h('strong', {}, `on your screen ${signalToPaintMs} ms after the click`), '(measured in this browser).');
  else tell('A prompt is on your screen.');
});
mi.on('late', () => tell('A prompt came too late and was withheld.'));
mi.on('withdrawn', () => tell('The prompt was withdrawn.'));
mi.on('accepted', ({ choice }) => {
  if (choice?.includes('method') || choice?.includes('card')) cardPicker.choose('works');
});

// The tour puts a new customer at the till: mi.js, loaded later, then knows nobody. Once a number, so that a reload stays the same customer.
const customer = new URLSearchParams(location.search).get('customer');
if (customer && sessionStorage.getItem('store.customer') !== customer) {
  sessionStorage.setItem('store.customer', customer);
  for (const key of Object.keys(localStorage)) if (key.startsWith('mi.') || key === 'store.optedOut') localStorage.removeItem(key);
}

if (new URLSearchParams(location.search).get('filled') === '1') {
  cart.fill();
  if (!location.hash) history.replaceState(null, '', '#/checkout');
}
count.textContent = String(cart.count);
choose();
draw();
// The guided tour says "Press Pay": the button should be in sight. Scrolls this document only, never the console around it.
if (new URLSearchParams(location.search).get('filled') === '1') {
  requestAnimationFrame(() => {
    const pay = document.querySelector('form button[type=submit]');
    if (pay) scrollBy(0, Math.max(0, pay.getBoundingClientRect().bottom + 24 - innerHeight));
  });
}
void loadScript().then(problem => problem && tell(problem));
