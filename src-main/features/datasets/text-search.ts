import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SplitName } from '#contract/dataset.ts';
import { AppError } from '#contract/failure.ts';
import { growable } from '#core/util/growable.ts';
import * as m from '#messages';

import type { Documents } from './store/documents.ts';

/** The rows, in order, of the reviews whose text holds `search`, letters of either case alike. */
export type TextSearch = (split: SplitName, search: string) => Promise<Uint32Array>;

/**
 * Reads all texts in short slices, so that others are served meanwhile; of several searches the newest goes first, since the ones
 * before it are mostly words half typed. The last answers are kept: a dataset never changes.
 */
export function createTextSearch(documents: Documents): TextSearch {
  const known = new Map<string, Promise<Uint32Array>>();
  const underWay: symbol[] = [];

  const scan = async (split: SplitName, wanted: string): Promise<Uint32Array> => {
    const mine = Symbol(wanted);
    underWay.push(mine);
    try {
      const rows = growable(Uint32Array);
      const total = documents.count(split);
      for (let from = 0; from < total; from += SLICE) {
        if (!documents.isOpen()) throw new AppError('cancelled', m.datasets_search_cancelled());
        for (const [index, text] of documents.texts(split, from, from + SLICE).entries()) {
          if (text?.toLowerCase().includes(wanted) === true) rows.push(from + index);
        }
        do await nextTurn();
        while (underWay.at(-1) !== mine);
      }
      return rows.array();
    } finally {
      underWay.splice(underWay.indexOf(mine), 1);
    }
  };

  return (split, search) => {
    const wanted = search.toLowerCase();
    const key = `${split} ${wanted}`;
    const rows = known.get(key) ?? scan(split, wanted);
    known.delete(key);
    known.set(key, rows);
    rows.catch(() => known.delete(key));
    const oldest = known.keys().next().value;
    if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
    return rows;
  };
}

/** Reviews; a few milliseconds. */
const SLICE = 1000;
const MOST_KEPT = 8;
