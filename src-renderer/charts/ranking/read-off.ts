import { fixed } from '../../widgets/format.ts';

type Curve = Readonly<{ x: readonly number[]; y: readonly number[] }>;

/** Where the curves are read off for a table. */
const places = Array.from({ length: 11 }, (_, index) => index / 10);

/** Heights of the curves at places along the axis: a row a place, its x first. A curve that ends before it has none. */
export function readOff(curves: readonly Curve[]): readonly (readonly string[])[] {
  return places.map((place) => [fixed(place, 1), ...curves.map((curve) => heightAt(curve, place))]);
}

function heightAt({ x, y }: Curve, place: number): string {
  const order = x.map((_, index) => index).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const next = order.find((index) => (x[index] ?? 0) >= place);
  const before = order.findLast((index) => (x[index] ?? 0) <= place);
  if (next === undefined || before === undefined) return '–';
  const [fromX, fromY, toX, toY] = [x[before] ?? 0, y[before] ?? 0, x[next] ?? 0, y[next] ?? 0];
  const share = toX === fromX ? 0 : (place - fromX) / (toX - fromX);
  return fixed(fromY + share * (toY - fromY), 3);
}
