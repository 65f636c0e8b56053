import type { Sweep } from '#contract/sweep.ts';
import * as m from '#messages';

/** What a sweep is called where nobody named it: "Grid of embeddingDim, filters". */
export function sweepTitle({ grid, random, list }: Sweep): string {
  const parts: string[] = [];
  if (random !== undefined)
    parts.push(m.sweep_title_random({ fields: Object.keys(random.fields).join(', ') }));
  if (list !== undefined) parts.push(m.sweep_title_list({ count: list.length }));
  if (grid === 'factors') parts.push(m.sweep_title_factors());
  else if (grid !== undefined)
    parts.push(m.sweep_title_grid({ fields: Object.keys(grid).join(', ') }));
  return parts.length === 0 ? m.common_seeds_title() : parts.join(' x ');
}
