const pieceLength = 1 << 18;

/** Text, and what is bytes already, in pieces that are large enough to be written at once. */
export function* textParts(parts: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let piece = new Uint8Array(pieceLength);
  let end = 0;
  for (const part of parts) {
    // A letter takes three bytes at most.
    const most = typeof part === 'string' ? part.length * 3 : part.length;
    if (end + most > piece.length) {
      if (end > 0) yield piece.subarray(0, end);
      piece = new Uint8Array(Math.max(pieceLength, most));
      end = 0;
    }
    if (typeof part === 'string') end += encoder.encodeInto(part, piece.subarray(end)).written;
    else {
      piece.set(part, end);
      end += part.length;
    }
  }
  if (end > 0) yield piece.subarray(0, end);
}
