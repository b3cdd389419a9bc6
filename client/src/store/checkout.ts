import type { Cart } from './cart.ts';
import { h } from './dom.ts';
import { money } from './goods.ts';
import { nothing, sums, type Page } from './pages.ts';
import { mi } from './signals.ts';

interface Card {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly digits: string;
  readonly works: boolean;
}

const cards: readonly Card[] = [
  { id: 'declined', name: 'Card that is declined', note: 'The bank says no, every time.', digits: '•••• 0002', works: false },
  { id: 'works', name: 'Card that works', note: 'The bank says yes.', digits: '•••• 4242', works: true },
];

/** Where the card chosen stays while the prompt's answer changes it. */
export const cardPicker = { choose: (_id: string): void => undefined };

/** The checkout: the payment is decided in this page, in the very click, so that what follows measures us and no pretended bank. */
export function checkout(cart: Cart): Page {
  if (cart.count === 0) return nothing('There is nothing to pay for', 'Find something', '#/', 'cart');
  mi.track('Checkout Started', { value: cart.cents / 100, currency: 'EUR', products: cart.count });
  const message = h('p', { class: 'message bad', role: 'alert' });
  const radios = cards.map(card => h('input', { type: 'radio', name: 'card', value: card.id, checked: !card.works }) as HTMLInputElement);
  const pay = h('button', { type: 'submit', class: 'wide', id: 'pay' }, `Pay ${money(cart.cents)}`) as HTMLButtonElement;
  let tries = 0;

  cardPicker.choose = id => {
    const radio = radios.find(r => r.value === id);
    if (!radio) return;
    radio.checked = true;
    radio.focus();
    message.textContent = '';
  };

  const submit = (event: Event): void => {
    event.preventDefault();
    const card = cards.find(c => radios.some(r => r.checked && r.value === c.id));
    const amount = cart.cents / 100;
    if (card?.works) {
      mi.track('Order Completed', { amount, currency: 'EUR' });
      cart.clear();
      location.hash = '#/thanks';
      return;
    }
    tries++;
    mi.track('Payment Declined', { amount, currency: 'EUR', error_code: 'card_declined' });
    message.textContent = tries === 1 ? 'Your card was declined. Nothing was charged.' : `Your card was declined again (${tries} times). Nothing was charged.`;
  };

  return {
    title: 'Checkout', nav: 'cart',
    body: h('div', {},
      h('h1', {}, 'Checkout'),
      h('div', { class: 'two summary-first' },
        h('form', { class: 'panel', submit, 'aria-label': 'Payment' },
          h('fieldset', {},
            h('legend', {}, 'Deliver to'),
            h('div', { class: 'pair' },
              h('label', { class: 'field' }, 'Name', h('input', { name: 'name', value: 'Robin Sample', autocomplete: 'off', required: true })),
              h('label', { class: 'field' }, 'Town', h('input', { name: 'town', value: 'Greenfield', autocomplete: 'off', required: true })))),
          h('fieldset', {},
            h('legend', {}, 'Pay with'),
            ...cards.map((card, i) => h('label', { class: 'choice' }, radios[i]!, h('span', {}, card.name, h('small', {}, card.note)), h('span', { class: 'mono' }, card.digits)))),
          message,
          pay),
        h('section', { class: 'panel', 'aria-label': 'Order' },
          h('h2', {}, 'Your order'),
          ...cart.lines.map(({ good, count }) => h('div', { class: 'sum' }, h('span', {}, `${count} × ${good.name}`), h('span', {}, money(good.cents * count)))),
          ...sums(cart).slice(1)))),
  };
}

export function thanks(): Page {
  const page = nothing('Thank you, your order is on its way', 'Back to the shop', '#/', 'cart');
  page.body.append(h('p', { class: 'soft' }, 'Well, it would be: this is a demo.'));
  return page;
}
