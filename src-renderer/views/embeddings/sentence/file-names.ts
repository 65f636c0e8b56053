import type { SentenceSource } from '#contract/snapshot.ts';
import { safeName } from '#core/reports/folder-names.ts';
import { reviewName } from '#core/wording/value-words.ts';
import * as m from '#messages';

/** A table as a file is named after it; from outside it has a name only. */
export type NamedTable = Readonly<{
  name: string;
  variant: 'A' | 'B' | null;
  seed: number | null;
  branch: string | null;
  epoch: number | null;
}>;

/** Letters of a name without its ending, so that it is within the 255 bytes that file systems take. */
const longest = 60;

/** What a file is called: what it shows, of which runs and epochs, as far as every file system takes that. */
export function fileStem(what: string, tables: readonly NamedTable[]): string {
  return safeName([what, ...namesOf(tables)].join(' '), longest);
}

/** `A seed 1 cnn lstm epoch 2`: the tables of one run and epoch together; by the run's name where variant and seed do not tell them apart. */
function namesOf(tables: readonly NamedTable[]): string[] {
  const shortOf = ({ variant, seed, name }: NamedTable): string =>
    variant === null || seed === null ? name : `${variant} seed ${seed}`;
  const runsOf = new Map<string, Set<string>>();
  for (const table of tables)
    runsOf.set(shortOf(table), (runsOf.get(shortOf(table)) ?? new Set()).add(table.name));
  const groups = new Map<
    string,
    Readonly<{ run: string; branches: string[]; epoch: number | null }>
  >();
  for (const table of tables) {
    const run = (runsOf.get(shortOf(table))?.size ?? 0) > 1 ? table.name : shortOf(table);
    const key = `${run} ${table.epoch ?? ''}`;
    const group = groups.get(key) ?? { run, branches: [], epoch: table.epoch };
    if (table.branch !== null && table.branch !== 'shared') group.branches.push(table.branch);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ run, branches, epoch }) =>
    [run, ...branches, ...(epoch === null ? [] : [`e${epoch}`])].join(' '),
  );
}

/** Which sentence it is: `test review 7`. */
export const sentenceName = (source: SentenceSource): string =>
  source.kind === 'text' ? m.embeddings_file_typed() : reviewName(source.split, source.row);
