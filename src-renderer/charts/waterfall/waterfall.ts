export type WaterfallPart = Readonly<{
  label: string;
  /** In points. */
  value: number;
  /** Null where none is known. */
  interval: readonly [number, number] | null;
  /** It is known to be better or worse; else it is drawn hollow. */
  isSettled: boolean;
}>;
export type WaterfallBar = WaterfallPart &
  Readonly<{ from: number; to: number; tone: 'better' | 'worse' | 'open'; isTotal: boolean }>;

/** Each part begins where the one before it ends; the total begins at 0. */
export function waterfallBars(
  parts: readonly WaterfallPart[],
  total: WaterfallPart,
): readonly WaterfallBar[] {
  let end = 0;
  const bars = parts.map((part) => {
    const from = end;
    end += part.value;
    return { ...part, from, to: end, tone: toneOf(part), isTotal: false };
  });
  return [...bars, { ...total, from: 0, to: total.value, tone: toneOf(total), isTotal: true }];
}

/** Holds every bar, and 0. */
export function waterfallExtent(bars: readonly WaterfallBar[]): readonly [number, number] {
  return padded(bars.flatMap(({ from, to }) => [from, to]));
}

/** Holds every value with its interval, and 0. */
export function intervalExtent(bars: readonly WaterfallBar[]): readonly [number, number] {
  return padded(bars.flatMap(({ value, interval }) => [value, ...(interval ?? [])]));
}

function padded(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const pad = (high - low || 1) * 0.04;
  return [low - pad, high + pad];
}

function toneOf({ value, isSettled }: WaterfallPart): WaterfallBar['tone'] {
  return !isSettled ? 'open' : value > 0 ? 'better' : 'worse';
}
