export type NpyArray = Readonly<{
  name: string;
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array | Int32Array | Uint32Array | Uint8Array;
}>;

/** What stands before the values in a file of NumPy's format 1.0. */
export function npyHeader({ shape, values }: Omit<NpyArray, 'name'>): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const dictionary = `{'descr': '${typeOf(values)}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, version and length take 10 bytes; the data starts at a multiple of 64.
  const padded = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + padded);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded & 0xff, padded >> 8]);
  header.set(new TextEncoder().encode(`${dictionary.padEnd(padded - 1)}\n`), 10);
  return header;
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: NpyArray['values']): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function typeOf(values: NpyArray['values']): string {
  if (values instanceof Float32Array) return '<f4';
  if (values instanceof Int32Array) return '<i4';
  return values instanceof Uint32Array ? '<u4' : '|u1';
}
