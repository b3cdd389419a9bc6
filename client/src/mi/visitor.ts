import type { Disk } from './disk.ts';
import { newId, newSecret } from './ids.ts';

/** Who this browser is to the site: a random id, the secret that proves it, and the choice to be left alone. */
export class Visitor {
  constructor(private readonly disk: Disk) {}

  get anonymousId(): string {
    return this.remembered('anonymousId', newId);
  }

  get secret(): string {
    return this.remembered('secret', newSecret);
  }

  get userId(): string | null {
    return this.disk.get('userId');
  }

  set userId(id: string | null) {
    if (id) this.disk.set('userId', id);
  }

  get optedOut(): boolean {
    return this.disk.get('optedOut') === '1';
  }

  set optedOut(out: boolean) {
    if (out) this.disk.set('optedOut', '1');
    else this.disk.remove('optedOut');
  }

  /** Starts as somebody new: the server holds another secret for the old id, so nobody here can prove to be it. */
  renew(): void {
    for (const key of ['anonymousId', 'secret', 'userId', 'token', 'lastEvent']) this.disk.remove(key);
  }

  private remembered(key: string, make: () => string): string {
    const known = this.disk.get(key);
    if (known) return known;
    const made = make();
    this.disk.set(key, made);
    return made;
  }
}

/** Global Privacy Control, as the browser states it. */
export function globalPrivacyControl(): boolean {
  return (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
}
