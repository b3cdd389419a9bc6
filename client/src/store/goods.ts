export interface Good {
  readonly id: string;
  readonly name: string;
  readonly cents: number;
  readonly short: string;
  readonly long: string;
  /** Two colours and a form, from which the picture is drawn. */
  readonly art: { readonly from: string; readonly to: string; readonly form: 'pot' | 'leaf' | 'can' | 'lamp' | 'cloth' | 'seed' };
}

export const goods: readonly Good[] = [
  { id: 'planter', name: 'Stoneware planter', cents: 3400, short: 'Hand-thrown, 18 cm', long: 'Thrown and glazed by hand, with a saucer that does not leak. Fits a plant of up to 16 cm.', art: { from: '#d9a679', to: '#8f5436', form: 'pot' } },
  { id: 'fern', name: 'Boston fern', cents: 1850, short: 'Likes shade and a bath', long: 'A forgiving fern for a bright bathroom. Comes in a 14 cm nursery pot.', art: { from: '#9fd3ae', to: '#2c6e4d', form: 'leaf' } },
  { id: 'can', name: 'Copper watering can', cents: 5200, short: '1.5 litres, long spout', long: 'Solid copper with a spout long enough for the plant at the back. Ages well.', art: { from: '#f0c3a0', to: '#a4532b', form: 'can' } },
  { id: 'lamp', name: 'Grow lamp', cents: 7900, short: 'Warm white, timer inside', long: 'Twelve hours of a spring day for the darkest corner. Timer and dimmer built in.', art: { from: '#f7df9a', to: '#b98a1d', form: 'lamp' } },
  { id: 'apron', name: 'Linen apron', cents: 4600, short: 'Four pockets', long: 'Washed linen that is better every year, with pockets for scissors, string, seeds and a telephone.', art: { from: '#b8c7d9', to: '#4c6784', form: 'cloth' } },
  { id: 'seeds', name: 'Meadow seeds', cents: 650, short: 'For two square metres', long: 'Twenty-three native flowers. Sow in spring or autumn, rake, wait.', art: { from: '#e6c3dd', to: '#8a4b7d', form: 'seed' } },
];

export const findGood = (id: string): Good | undefined => goods.find(g => g.id === id);

/** Cents as money; the shop sells in euros. */
export const money = (cents: number): string => new Intl.NumberFormat(navigator.language, { style: 'currency', currency: 'EUR' }).format(cents / 100);
