/** A run of time steps (or positions of the convolution). */
export type Chunk = Readonly<{ begin: number; size: number }>;

export function chunksOf(length: number, chunkSize: number): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let begin = 0; begin < length; begin += chunkSize) {
    chunks.push({ begin, size: Math.min(chunkSize, length - begin) });
  }
  return chunks;
}

/** length - 1 .. 0: row numbers of a sequence read backwards. */
export const reversedSteps = (length: number): readonly number[] =>
  Array.from({ length }, (_, index) => length - 1 - index);
