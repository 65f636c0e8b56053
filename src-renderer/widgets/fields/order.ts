/** Where a key takes the item at `index` of `count`; null for a key that does not move it. */
export function targetIndex(key: string, index: number, count: number): number | null {
  const last = count - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: Math.max(0, index - 1),
    ArrowDown: Math.min(last, index + 1),
    Home: 0,
    End: last,
  };
  return targets[key] ?? null;
}
