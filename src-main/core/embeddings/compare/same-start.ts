import type { Diff } from '#contract/embedding-diff.ts';

type Start = Pick<Diff['tables'][number], 'branch' | 'rows' | 'dims' | 'startHash'>;

/**
 * Whether the tables of two runs of one seed began equal, by their hashes, else by what the seed draws: every weight comes from a stream
 * of its own name, so that one branch and one shape begin alike, and A's and B's tables, of other names, do not (core/model/initial-weights.ts).
 */
export const beganAlike = (a: Start, b: Start): boolean =>
  a.startHash !== null && b.startHash !== null
    ? a.startHash === b.startHash
    : a.branch === b.branch && a.rows === b.rows && a.dims === b.dims;
