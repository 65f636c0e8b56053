export type WaterfallPart = Readonly<{
  label: string;
  /** In points. */
  value: number;
  interval: readonly [number, number];
  /** It is known to be better or worse; else it is drawn hollow. */
  isSettled: boolean;
}>;
export type WaterfallBar = WaterfallPart &
  Readonly<{ from: number; to: number; tone: 'better' | 'worse' | 'open'; isTotal: boolean }>;

/** Each part begins where the one before it ends; the total begins at 0. */
export function waterfallBars(parts: readonly WaterfallPart[], total: WaterfallPart): readonly WaterfallBar[] {
  let end = 0;
  const bars = parts.map((part) => {
    const from = end;
    end += part.value;
    return { ...part, from, to: end, tone: toneOf(part), isTotal: false };
  });
  return [...bars, { ...total, from: 0, to: total.value, tone: toneOf(total), isTotal: true }];
}

/** Holds every bar with its interval, and 0. */
export function waterfallExtent(bars: readonly WaterfallBar[]): readonly [number, number] {
  const ends = bars.flatMap(({ from, to, interval }) => [from, to, from + interval[0], from + interval[1]]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const pad = (high - low || 1) * 0.04;
  return [low - pad, high + pad];
}

function toneOf({ value, isSettled }: WaterfallPart): WaterfallBar['tone'] {
  return !isSettled ? 'open' : value > 0 ? 'better' : 'worse';
}
