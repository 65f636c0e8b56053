import type { RunSummary } from '#contract/run.ts';

type TagCount = Readonly<{ tag: string; total: number; ofTargets: number }>;

/** Every tag there is, by name, with how many runs have it, and how many of some. */
export function tagCounts(
  runs: readonly Pick<RunSummary, 'tags'>[],
  targets: readonly Pick<RunSummary, 'tags'>[],
): readonly TagCount[] {
  const having = (some: readonly Pick<RunSummary, 'tags'>[], tag: string) =>
    some.filter(({ tags }) => tags.includes(tag)).length;
  const all = new Set([...runs, ...targets].flatMap(({ tags }) => tags));
  return [...all]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((tag) => ({ tag, total: having(runs, tag), ofTargets: having(targets, tag) }));
}
