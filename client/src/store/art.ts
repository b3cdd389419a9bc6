import { svg } from './dom.ts';
import type { Good } from './goods.ts';

const forms: Record<Good['art']['form'], readonly string[]> = {
  pot: ['M78 92h84l-10 66a10 10 0 0 1-10 9H98a10 10 0 0 1-10-9z', 'M70 76h100v18H70z', 'M120 76c-4-22 6-38 24-46 2 20-6 36-24 46zm0 0c-2-18-12-30-30-34 0 18 10 30 30 34z'],
  leaf: ['M120 168c-4-60 4-96 34-130M122 130c-26 0-42-10-50-32 26-2 42 8 50 32zm2-28c-22-6-34-20-36-42 24 4 36 18 36 42zm2 34c24 0 40-12 46-34-26 0-42 12-46 34zm4-36c20-8 30-22 30-42-22 4-32 20-30 42z'],
  can: ['M86 84h74v66a14 14 0 0 1-14 14h-46a14 14 0 0 1-14-14z', 'M86 134 52 78l-12 6 8-22 22 6-8 6 30 44zM160 98c34-8 42 44 0 50v-12c20-4 18-30 0-26zM100 84c0-30 46-30 46 0h-10c0-16-26-16-26 0z'],
  lamp: ['M84 84 106 44h30l22 40zM118 84h6v62h-6zM92 146h58a6 6 0 0 1 6 6v10H86v-10a6 6 0 0 1 6-6z', 'M100 92l-8 22h58l-8-22z'],
  cloth: ['M104 40c2 14 30 14 32 0l14 6 10 46 6 76H74l6-76 10-46z', 'M96 104h48v30H96z'],
  seed: ['M84 62h72l8 106H76z', 'M92 44h56l8 18H84zM120 92c12 8 12 24 0 32-12-8-12-24 0-32zm-20 28c14-2 22 6 22 20-14 2-22-6-22-20zm40 0c-14-2-22 6-22 20 14 2 22-6 22-20z'],
};

/** A small drawn picture: no photograph, nothing to load. */
export function picture(good: Good): SVGElement {
  const { from, to, form } = good.art;
  const id = `g-${good.id}`;
  const gradient = svg('linearGradient', { id, x1: 0, y1: 0, x2: 1, y2: 1 }, svg('stop', { offset: 0, 'stop-color': from }), svg('stop', { offset: 1, 'stop-color': to }));
  const paths = forms[form].map((d, i) => svg('path', { d, fill: form === 'leaf' ? 'none' : '#fff', 'fill-opacity': i === 0 ? 0.92 : 0.62, stroke: '#fff', 'stroke-width': form === 'leaf' ? 5 : 2, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' }));
  return svg('svg', { viewBox: '0 0 240 200', class: 'art', 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid slice' }, svg('defs', {}, gradient), svg('rect', { width: 240, height: 200, fill: `url(#${id})` }), svg('circle', { cx: 190, cy: 40, r: 70, fill: '#fff', 'fill-opacity': 0.12 }), ...paths);
}
