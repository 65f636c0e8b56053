const pieceLength = 1 << 18;

/** Lines as bytes, in pieces that are large enough to be written at once. */
export function* textParts(lines: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let held = '';
  for (const line of lines) {
    held += line;
    if (held.length < pieceLength) continue;
    yield encoder.encode(held);
    held = '';
  }
  if (held !== '') yield encoder.encode(held);
}
