/** So many steps a key moves a slider, infinitely many to its ends; undefined for other keys. */
export function stepsOfKey(key: string, page = 10): number | undefined {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: page,
    PageDown: -page,
    Home: -Infinity,
    End: Infinity,
  };
  return steps[key];
}
