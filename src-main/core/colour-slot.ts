import type { RunConfig } from '#contract/run-config.ts';

/** The part of the run colours that a run draws from: warm 1-6 for separate embeddings, cool 7-12 for a shared one. */
export const slotRange = (
  config: Pick<RunConfig, 'embedding'>,
): Readonly<{ low: number; high: number }> =>
  config.embedding === 'separate' ? { low: 1, high: 6 } : { low: 7, high: 12 };

/** The slot after the newest run's on that side, round and round; `newest` null for the first. Stored, never reshuffled. */
export function nextSlot(config: Pick<RunConfig, 'embedding'>, newest: number | null): number {
  const { low, high } = slotRange(config);
  return newest === null || newest >= high ? low : newest + 1;
}
