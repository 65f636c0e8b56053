/**
 * Names without the words that all of them begin with: what is left, two words at least, tells runs apart in a table or at a line's
 * end.
 */
export function shortNames(names: readonly string[]): readonly string[] {
  const words = names.map((name) => name.split(' '));
  const [first = [], ...others] = words;
  if (others.length === 0) return names;
  const differing = first.findIndex((word, index) => others.some((of) => of[index] !== word));
  const shortest = Math.min(...words.map((of) => of.length));
  const cut = Math.min(differing < 0 ? first.length : differing, shortest - 2);
  return cut <= 0 ? names : words.map((of) => of.slice(cut).join(' '));
}
