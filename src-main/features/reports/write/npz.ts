import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

import { bytesOf, npyHeader, type NpyArray } from '#core/util/npy.ts';

/** Arrays as NumPy's `.npz`, piece by piece: the same arrays give the same bytes. */
export function* npzParts(
  arrays: Iterable<NpyArray>,
  options: Readonly<{ isCompressed: boolean }>,
): Generator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    ready.push(part);
  });
  for (const array of arrays) {
    const name = `${array.name}.npy`;
    const file = options.isCompressed
      ? new ZipDeflate(name, { level: 1 })
      : new ZipPassThrough(name);
    file.mtime = new Date(1980, 0, 1);
    zip.add(file);
    file.push(npyHeader(array));
    const bytes = bytesOf(array.values);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      file.push(bytes.subarray(at, at + pieceBytes));
      yield* ready.splice(0);
    }
    file.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* ready.splice(0);
}

const pieceBytes = 1 << 20;
