// crypto.randomUUID needs a secure context; getRandomValues does not.

export function newId(): string {
  return [...randomBytes(16)].map(b => b.toString(16).padStart(2, '0')).join('');
}

/** 32 random bytes, base64url without padding: what binds an anonymous id to this browser. */
export function newSecret(): string {
  return btoa(String.fromCharCode(...randomBytes(32))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
