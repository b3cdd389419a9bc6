import { findGood, goods, type Good } from './goods.ts';
import { mi } from './signals.ts';

const key = 'store.cart';

/** What is in the cart, kept for this browser tab. */
export class Cart {
  private ids: string[];

  constructor(private readonly changed: () => void) {
    this.ids = (sessionStorage.getItem(key) ?? '').split(',').filter(id => findGood(id));
  }

  get lines(): { good: Good; count: number }[] {
    return goods.map(good => ({ good, count: this.ids.filter(id => id === good.id).length })).filter(line => line.count > 0);
  }

  get count(): number {
    return this.ids.length;
  }

  get cents(): number {
    return this.lines.reduce((sum, { good, count }) => sum + good.cents * count, 0);
  }

  add(good: Good): void {
    this.set([...this.ids, good.id]);
    mi.track('Product Added', { product_id: good.id, name: good.name, price: good.cents / 100, currency: 'EUR' });
  }

  remove(good: Good): void {
    const at = this.ids.indexOf(good.id);
    if (at < 0) return;
    this.set(this.ids.filter((_, i) => i !== at));
    mi.track('Product Removed', { product_id: good.id, name: good.name });
  }

  clear(): void {
    this.set([]);
  }

  /** The demo arrives with something in the cart. */
  fill(): void {
    if (this.count === 0) for (const id of ['planter', 'fern']) this.add(findGood(id)!);
  }

  private set(ids: string[]): void {
    this.ids = ids;
    sessionStorage.setItem(key, ids.join());
    this.changed();
  }
}
