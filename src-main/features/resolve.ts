import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

export type Named = Readonly<{ id: string; name: string }>;

/**
 * The id of what is named by its id, its name, or a unique prefix of its id, in that order. Throws notFound, or ambiguous with the
 * matches listed; for one that is `elsewhere` (in the trash, or back from it) notFound with a sentence that says so.
 */
export function resolveName(
  kind: 'run' | 'dataset' | 'experiment' | 'snapshot' | 'curve' | 'backup' | 'report',
  text: string,
  items: readonly Named[],
  elsewhere?: Readonly<{
    items: () => readonly Named[];
    sentence: (input: { name: string }) => string;
  }>,
): string {
  const wanted = text.trim();
  if (items.some((item) => item.id === wanted)) return wanted;
  const matches = matchesOf(wanted, items);
  const [only] = matches;
  if (only === undefined) {
    const all = elsewhere?.items() ?? [];
    const found = all.find(({ id }) => id === wanted) ?? matchesOf(wanted, all)[0];
    throw new AppError(
      'notFound',
      elsewhere === undefined || found === undefined
        ? m.app_nothing_named({ kind, wanted })
        : elsewhere.sentence({ name: found.name }),
    );
  }
  if (matches.length > 1) {
    const listed = matches
      .slice(0, 10)
      .map((item) => m.app_match(item))
      .join(', ');
    const all =
      matches.length > 10 ? m.app_more_matches({ listed, count: matches.length - 10 }) : listed;
    throw new AppError('ambiguous', m.app_several_named({ kind, wanted, matches: all }));
  }
  return only.id;
}

function matchesOf(wanted: string, items: readonly Named[]): readonly Named[] {
  // A variable that is not set in a shell names nothing, though backups have no names.
  if (wanted === '') return [];
  const named = items.filter((item) => item.name === wanted);
  return named.length > 0 ? named : items.filter((item) => item.id.startsWith(wanted));
}
