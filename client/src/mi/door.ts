import { retryAfterMs } from './backoff.ts';
import type { Disk } from './disk.ts';
import { note } from './guard.ts';
import type { Answer, Parcel } from './outbox.ts';
import type { Settings } from './settings.ts';
import { isRecord } from './wire.ts';
import type { Visitor } from './visitor.ts';

/** A server that did not answer as wished, and how long it asks us to wait (0 = it did not say). */
export class Refused extends Error {
  constructor(readonly status: number, readonly afterMs: number) {
    super();
  }
}

// Browsers let a page leave at most 64 KB on its way out.
const beaconBytes = 60_000;

/** All requests of this page. Signals carry the write key in the body and no header of their own: no preflight, and a beacon can do it too. */
export class Door {
  private asking: Promise<string> | null = null;
  private renewed = false;

  constructor(private readonly settings: Settings, private readonly visitor: Visitor, private readonly disk: Disk) {}

  async sendSignals(parcels: readonly Parcel[]): Promise<Answer> {
    return this.answer(await this.post('/v1/batch', this.batch(parcels)));
  }

  async sendFeedback([parcel]: readonly Parcel[]): Promise<Answer> {
    const token = await this.token();
    const response = await this.post('/v1/feedback', parcel!.json, bearer(token));
    if (response.status === 401) {
      this.forgetToken(token);
      return { kind: 'later', afterMs: 0 };
    }
    return this.answer(response);
  }

  /** The page is going away: what is unsettled goes out without waiting for the answer. */
  lastSignals(parcels: readonly Parcel[]): void {
    let fitting: Parcel[] = [];
    let bytes = 0;
    for (const parcel of parcels) {
      bytes += parcel.json.length * 2;
      if (bytes > beaconBytes) break;
      fitting = [...fitting, parcel];
    }
    if (fitting.length === 0) return;
    const body = this.batch(fitting);
    if (!navigator.sendBeacon?.(this.settings.host + '/v1/batch', body)) this.post('/v1/batch', body, {}, true).catch(nothing);
  }

  lastFeedback(parcels: readonly Parcel[]): void {
    const token = this.knownToken();
    if (token) for (const parcel of parcels) this.post('/v1/feedback', parcel.json, bearer(token), true).catch(nothing);
  }

  /** The visitor's token; asks the server only when none is known. @throws Refused */
  token(): Promise<string> {
    const known = this.knownToken();
    return known ? Promise.resolve(known) : (this.asking ??= this.hello().finally(() => (this.asking = null)));
  }

  forgetToken(token: string): void {
    if (this.knownToken() === token) this.disk.remove('token');
  }

  openStream(token: string, lastEventId: string | null, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = bearer(token);
    if (lastEventId) headers['last-event-id'] = lastEventId;
    return fetch(this.settings.host + '/v1/stream', { headers, signal, credentials: 'omit', cache: 'no-store' });
  }

  private async hello(): Promise<string> {
    const { anonymousId, secret } = this.visitor;
    const response = await this.post('/v1/hello', JSON.stringify({ writeKey: this.settings.writeKey, anonymousId, secret }));
    if (response.status === 403 && !this.renewed) {
      this.renewed = true;
      this.visitor.renew();
      return this.hello();
    }
    if (!response.ok) throw refused(response);
    const said: unknown = await response.json();
    if (!isRecord(said) || typeof said.token !== 'string') throw new Refused(response.status, 0);
    const seconds = typeof said.expiresInSeconds === 'number' ? said.expiresInSeconds : 3600;
    // A minute early, so that a token is never on its way when it ends.
    this.disk.set('token', JSON.stringify([said.token, Date.now() + (seconds - 60) * 1000]));
    return said.token;
  }

  private knownToken(): string | null {
    try {
      const [token, until] = JSON.parse(this.disk.get('token') ?? '[]') as [string?, number?];
      return token && until && until > Date.now() ? token : null;
    } catch {
      return null;
    }
  }

  private batch(parcels: readonly Parcel[]): string {
    return `{"writeKey":${JSON.stringify(this.settings.writeKey)},"sentAt":"${new Date().toISOString()}","batch":[${parcels.map(p => p.json).join()}]}`;
  }

  private post(path: string, body: string, headers: Record<string, string> = {}, keepalive = false): Promise<Response> {
    return fetch(this.settings.host + path, { method: 'POST', body, headers, credentials: 'omit', keepalive });
  }

  private answer(response: Response): Answer {
    const { status } = response;
    if (response.ok) return { kind: 'taken' };
    if (status === 413) return { kind: 'smaller' };
    if (status === 401 || status === 403) {
      note(`write key refused (${status}): check data-write-key and the source's origins`);
      return { kind: 'later', afterMs: 60_000 };
    }
    if (status >= 500 || status === 408 || status === 429) return { kind: 'later', afterMs: refused(response).afterMs };
    return { kind: 'never', why: `the server answered ${status}` };
  }
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
const nothing = (): void => undefined;

export function refused(response: Response): Refused {
  return new Refused(response.status, retryAfterMs(response.headers.get('retry-after'), Date.now()));
}
