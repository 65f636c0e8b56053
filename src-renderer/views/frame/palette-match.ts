/** Entries whose label holds every typed word, those that start with the first word before the others. */
export function matching<T extends Readonly<{ label: string; kind: string }>>(
  entries: readonly T[],
  text: string,
): T[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [first] = words;
  if (first === undefined) return [...entries];
  const found = entries.filter(({ label, kind }) => {
    const whole = `${label} ${kind}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  const starts = (entry: T): boolean => entry.label.toLowerCase().startsWith(first);
  return [...found.filter(starts), ...found.filter((entry) => !starts(entry))];
}
