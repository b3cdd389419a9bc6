/** Small persistent strings of this site in this browser. */
export interface Disk {
  get(key: string): string | null;
  /** False when it could not be kept past this page. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(): string[];
}

/** localStorage under a prefix; where the browser refuses it, memory of this page. */
export function browserDisk(prefix: string): Disk {
  const memory = new Map<string, string>();
  const tried = <T>(run: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return run(localStorage);
    } catch {
      return otherwise();
    }
  };
  return {
    get: key => memory.get(key) ?? tried(s => s.getItem(prefix + key), () => null),
    set: (key, value) =>
      tried(s => {
        s.setItem(prefix + key, value);
        memory.delete(key);
        return true;
      }, () => {
        memory.set(key, value);
        return false;
      }),
    remove: key => {
      memory.delete(key);
      tried(s => s.removeItem(prefix + key), () => undefined);
    },
    keys: () => tried(s => Object.keys(s).filter(k => k.startsWith(prefix)).map(k => k.slice(prefix.length)), () => [...memory.keys()]),
  };
}

/** The newest `limit` strings, shared by all tabs: shown decisions, recent signals. */
export class Ring {
  constructor(private readonly disk: Disk, private readonly key: string, private readonly limit: number) {}

  all(): string[] {
    try {
      const list: unknown = JSON.parse(this.disk.get(this.key) ?? '[]');
      return Array.isArray(list) ? list.filter(x => typeof x === 'string') : [];
    } catch {
      return [];
    }
  }

  has(value: string): boolean {
    return this.all().includes(value);
  }

  /** False when it was there already. */
  add(value: string): boolean {
    const list = this.all();
    if (list.includes(value)) return false;
    list.push(value);
    this.disk.set(this.key, JSON.stringify(list.slice(-this.limit)));
    return true;
  }
}
