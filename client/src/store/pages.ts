import { picture } from './art.ts';
import type { Cart } from './cart.ts';
import { h } from './dom.ts';
import { findGood, goods, money, type Good } from './goods.ts';
import { mi } from './signals.ts';

export interface Page {
  readonly title: string;
  readonly nav: 'shop' | 'cart' | 'account';
  readonly body: HTMLElement;
}

export function catalogue(cart: Cart): Page {
  return {
    title: 'Shop', nav: 'shop',
    body: h('div', {},
      h('h1', {}, 'Good things for slow plants'),
      h('p', { class: 'lead' }, 'Six things that a balcony, a bathroom or a dark corner has been waiting for.'),
      h('ul', { class: 'grid' }, ...goods.map(good => card(good, cart)))),
  };
}

export function product(id: string, cart: Cart): Page {
  const good = findGood(id);
  if (!good) return nothing('There is no such thing here', 'Back to the shop', '#/');
  mi.track('Product Viewed', { product_id: good.id, name: good.name, price: good.cents / 100, currency: 'EUR' });
  const added = h('p', { class: 'message good', role: 'status' });
  return {
    title: good.name, nav: 'shop',
    body: h('div', { class: 'two' },
      h('div', { class: 'item' }, picture(good) as unknown as Node),
      h('div', {},
        h('h1', {}, good.name),
        h('p', { class: 'lead' }, good.long),
        h('p', { class: 'price' }, money(good.cents)),
        h('div', { class: 'row' },
          h('button', { type: 'button', click: () => { cart.add(good); added.textContent = `${good.name} is in your cart.`; } }, 'Add to cart'),
          h('a', { class: 'button quiet', href: '#/cart' }, 'See the cart')),
        h('div', { class: 'row' }, added))),
  };
}

export function cartPage(cart: Cart, redraw: () => void): Page {
  if (cart.count === 0) return nothing('Your cart is empty', 'Find something', '#/', 'cart');
  return {
    title: 'Cart', nav: 'cart',
    body: h('div', {},
      h('h1', {}, 'Your cart'),
      h('div', { class: 'two' },
        h('section', { class: 'panel', 'aria-label': 'Things in the cart' },
          h('ul', { class: 'lines' }, ...cart.lines.map(({ good, count }) => h('li', {},
            picture(good) as unknown as Node,
            h('div', {}, h('a', { href: `#/product/${good.id}` }, good.name), h('p', { class: 'soft' }, `${count} × ${money(good.cents)}`)),
            h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove one ${good.name}`, click: () => { cart.remove(good); redraw(); } }, 'Remove'))))),
        h('section', { class: 'panel', 'aria-label': 'Sum' }, ...sums(cart), h('div', { class: 'row' }, h('a', { class: 'button', href: '#/checkout' }, 'Go to checkout'))))),
  };
}

export function sums(cart: Cart): HTMLElement[] {
  return [
    h('div', { class: 'sum' }, h('span', {}, 'Things'), h('span', {}, money(cart.cents))),
    h('div', { class: 'sum' }, h('span', {}, 'Delivery'), h('span', {}, 'free')),
    h('div', { class: 'sum total' }, h('span', {}, 'Total'), h('span', {}, money(cart.cents))),
  ];
}

export function nothing(title: string, link: string, href: string, nav: Page['nav'] = 'shop'): Page {
  return { title, nav, body: h('div', { class: 'empty' }, h('h1', {}, title), h('a', { class: 'button', href }, link)) };
}

function card(good: Good, cart: Cart): HTMLElement {
  const label = h('span', {}, 'Add');
  return h('li', { class: 'item' },
    h('a', { href: `#/product/${good.id}`, tabindex: '-1', 'aria-hidden': 'true' }, picture(good) as unknown as Node),
    h('div', { class: 'words' },
      h('a', { href: `#/product/${good.id}` }, h('h2', {}, good.name)),
      h('p', { class: 'soft' }, good.short),
      h('div', { class: 'buy' },
        h('span', { class: 'price' }, money(good.cents)),
        h('button', { type: 'button', class: 'quiet', 'aria-label': `Add ${good.name} to the cart`, click: () => { cart.add(good); label.textContent = 'Added'; } }, label))));
}
