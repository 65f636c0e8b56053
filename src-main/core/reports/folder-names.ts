/** A folder for each run, named after it as far as every file system takes that; runs of one name are told apart by their ids. */
export function folderNames(
  runs: readonly Readonly<{ runId: string; name: string }>[],
): readonly string[] {
  const names = runs.map(({ name }) => safeName(name));
  const counts = new Map<string, number>();
  for (const name of names) counts.set(folded(name), (counts.get(folded(name)) ?? 0) + 1);
  return names.map((name, index) => {
    const isPlain = name !== '' && !reserved.test(name) && counts.get(folded(name)) === 1;
    const id = runs[index]?.runId ?? String(index);
    return isPlain ? name : name === '' ? id : `${name}-${id}`;
  });
}

/** Windows and macOS take names that differ in case, or in how a letter is composed, for one. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/**
 * What every file system takes of a name, which may be nothing: they take 255 bytes, of which a letter may need four. Not with a
 * hyphen at its start: commands would take it for an option.
 */
export function safeName(name: string, mostLetters = 50): string {
  const plain = name.replaceAll(/[<>:"/\\|?*\p{Cc}]+/gu, '-');
  return Array.from(plain)
    .slice(0, mostLetters)
    .join('')
    .replaceAll(/^[-. ]+|[. ]+$/g, '');
}

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
