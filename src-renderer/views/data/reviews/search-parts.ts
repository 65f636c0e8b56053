export type TextPart = Readonly<{ text: string; isFound: boolean }>;

/** A text cut where `search` stands in it, letters of either case alike; found parts and the others by turns. */
export function partsOf(text: string, search: string): TextPart[] {
  // Texts whose length changes with their case would shift what is marked.
  const lower = text.toLowerCase();
  const wanted = search.toLowerCase();
  if (wanted === '' || lower.length !== text.length) return [{ text, isFound: false }];
  const parts: TextPart[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), isFound: false });
    from = at + wanted.length;
    parts.push({ text: text.slice(at, from), isFound: true });
  }
  if (from < text.length) parts.push({ text: text.slice(from), isFound: false });
  return parts;
}
