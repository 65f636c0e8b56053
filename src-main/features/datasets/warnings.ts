import { splitNames, type Dataset, type SplitName } from '#contract/dataset.ts';
import * as m from '#messages';

/** What an import counts on its way, and the sentences about what looks wrong. */
export type Observations = Readonly<{ splits: Dataset['splits']; warnings: string[] }>;

export type Observer = Readonly<{
  /** @param key equal for equal contents only */
  see: (split: SplitName, label: 0 | 1, wordCount: number, key: string) => void;
  finish: () => Observations;
}>;

export function createObserver(): Observer {
  const seen = new Map<SplitName, { count: number; positive: number; empty: number; keys: string[] }>();
  return {
    see(split, label, wordCount, key) {
      let facts = seen.get(split);
      if (facts === undefined) {
        facts = { count: 0, positive: 0, empty: 0, keys: [] };
        seen.set(split, facts);
      }
      facts.count += 1;
      facts.positive += label;
      if (wordCount === 0) facts.empty += 1;
      else facts.keys.push(key);
    },
    finish() {
      const warnings: string[] = [];
      const trainKeys = new Set(seen.get('train')?.keys);
      const facts = (split: SplitName) => ({
        count: seen.get(split)?.count ?? 0,
        positive: seen.get(split)?.positive ?? 0,
      });
      for (const split of splitNames) {
        const part = seen.get(split);
        if (part === undefined) continue;
        if (part.empty > 0) {
          warnings.push(m.datasets_warning_no_words({ empty: grouped(part.empty), count: grouped(part.count), split }));
        }
        if (part.positive === 0 || part.positive === part.count) {
          const label = part.positive === 0 ? 'negative' : 'positive';
          warnings.push(m.datasets_warning_one_label({ count: grouped(part.count), split, label }));
        }
        if (split === 'train') continue;
        const copies = part.keys.filter((key) => trainKeys.has(key)).length;
        if (copies > 0) {
          warnings.push(
            m.datasets_warning_copies({ copies: grouped(copies), count: grouped(part.count), split }),
          );
        }
      }
      const validation = seen.has('validation') ? { validation: facts('validation') } : {};
      return { splits: { train: facts('train'), test: facts('test'), ...validation }, warnings };
    },
  };
}

const grouped = (count: number): string => count.toLocaleString('en-US');
