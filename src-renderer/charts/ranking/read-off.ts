import { fixed } from '#core/wording/number-text.ts';

import type { Place } from '../common/svg.ts';

type Curve = readonly Place[];

/** Where the curves are read off for a table. */
const places = Array.from({ length: 11 }, (_, index) => index / 10);

/** Heights of the curves at places along the axis: a row a place, its x first. A curve that ends before it has none. */
export function readOff(curves: readonly Curve[]): readonly (readonly string[])[] {
  return places.map((place) => [fixed(place, 1), ...curves.map((curve) => heightAt(curve, place))]);
}

function heightAt(curve: Curve, place: number): string {
  const order = [...curve].sort((a, b) => a.x - b.x);
  const next = order.find(({ x }) => x >= place);
  const before = order.findLast(({ x }) => x <= place);
  if (next === undefined || before === undefined) return '–';
  const share = next.x === before.x ? 0 : (place - before.x) / (next.x - before.x);
  return fixed(before.y + share * (next.y - before.y), 3);
}
