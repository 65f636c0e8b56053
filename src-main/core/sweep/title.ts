import type { Sweep } from '#contract/sweep.ts';
import * as m from '#messages';

/** What a sweep is called where nobody named it: "Grid of embeddingDim, filters". */
export function sweepTitle({ grid, random, list }: Sweep): string {
  if (grid === 'factors') return m.sweep_title_factors();
  if (grid !== undefined) return m.sweep_title_grid({ fields: Object.keys(grid).join(', ') });
  if (random !== undefined) {
    return m.sweep_title_random({ fields: Object.keys(random.fields).join(', ') });
  }
  return list === undefined ? m.sweep_title_seeds() : m.sweep_title_list({ count: list.length });
}
