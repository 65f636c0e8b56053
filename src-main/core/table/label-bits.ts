/** Labels of a whole split, 0 or 1 [count], one bit each in the order of its rows: row 0 is the lowest bit of the first byte. */
export function packLabels(labels: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(labels.length / 8));
  for (let row = 0; row < labels.length; row += 1)
    if (labels[row] === 1) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  return bits;
}

/** [count] */
export function unpackLabels(bits: Uint8Array, count: number): Uint8Array {
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row += 1) labels[row] = ((bits[row >> 3] ?? 0) >> (row & 7)) & 1;
  return labels;
}

/** Whether these can be the labels of a split: as many as it has reviews, and as many of them positive. */
export function areLabelsOf(
  bits: Uint8Array,
  { count, positive }: Readonly<{ count: number; positive: number }>,
): boolean {
  if (bits.length !== Math.ceil(count / 8)) return false;
  const labels = unpackLabels(bits, bits.length * 8);
  // Bits behind the last review are 0.
  return !labels.includes(1, count) && labels.reduce((sum, label) => sum + label, 0) === positive;
}
