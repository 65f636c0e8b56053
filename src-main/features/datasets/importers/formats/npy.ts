import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { Pace } from '../importer.ts';
import { isPickledArray, readPickle, type PickleValue } from './pickle.ts';
import { grouped } from '../table.ts';

/** A numpy array read as rows of numbers. */
export type IntegerRows = Readonly<{
  count: number;
  /** `numbers`: one dimension, one number a row. `padded`: rows of one width. `lists`: rows of their own lengths. */
  kind: 'numbers' | 'padded' | 'lists';
  row: (index: number) => ArrayLike<number>;
}>;

/**
 * Reads a `.npy` file (format 1 to 3) of whole numbers: plain arrays of one or two dimensions in C or Fortran order, or an
 * object array of lists or arrays.
 *
 * @param where names the array in errors
 * @param packedBytes what `bytes` were unpacked from
 */
export async function readIntegerRows(
  bytes: Uint8Array,
  where: string,
  pace: Pace,
  packedBytes = bytes.length,
): Promise<IntegerRows> {
  const { dtype, isFortran, shape, dataAt } = readHeader(bytes, where);
  const data = bytes.subarray(dataAt);
  if (dtype === '|O') {
    const value = await readPickle(data, where, pace, packedBytes);
    const items = isPickledArray(value) ? value.items : null;
    const count = shape[0];
    if (shape.length !== 1 || items === null || items.length !== count) {
      throw lying(where, m.datasets_npy_lists({ count: items?.length ?? 0 }), shape);
    }
    return { count, kind: 'lists', row: (index) => numbersOf(items[index], where, index) };
  }
  return readPlain(data, dtype, shape, isFortran, where);
}

type NpyHeader = Readonly<{
  dtype: string;
  isFortran: boolean;
  shape: readonly number[];
  dataAt: number;
}>;

function readHeader(bytes: Uint8Array, where: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || latin1.decode(bytes.subarray(0, 6)) !== '\u0093NUMPY') {
    throw new AppError('badInput', m.datasets_npy_no_array({ where }));
  }
  const version = bytes[6] as number;
  if (version < 1 || version > 3) {
    throw new AppError('badInput', m.datasets_npy_format({ where, version }));
  }
  const textAt = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const longest = 65_536;
  if (length > longest || textAt + length > bytes.length) {
    throw new AppError('badInput', m.datasets_npy_header({ where }));
  }
  const text = utf8.decode(bytes.subarray(textAt, textAt + length));
  const dtype = /'descr':\s*'([<>|=][A-Za-z]\d*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (dtype === undefined || order === undefined || shape === undefined) {
    throw new AppError(
      'badInput',
      m.datasets_npy_not_plain({ where, header: text.trim().slice(0, 120) }),
    );
  }
  const sizes = shape
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '');
  return {
    // numpy writes an object array as |O; some writers give it a size.
    dtype: /^.O/.test(dtype) ? '|O' : dtype,
    isFortran: order === 'True',
    shape: sizes.map((size) => Number.parseInt(size, 10)),
    dataAt: textAt + length,
  };
}

function readPlain(
  data: Uint8Array,
  dtype: string,
  shape: readonly number[],
  isFortran: boolean,
  where: string,
): IntegerRows {
  const reader = readers[dtype.slice(1)];
  if (reader === undefined) {
    throw new AppError('badInput', m.datasets_npy_type({ where, dtype }));
  }
  const [count = 0, width = 1] = shape;
  if (shape.length < 1 || shape.length > 2) {
    throw new AppError('badInput', m.datasets_npy_dimensions({ where, count: shape.length }));
  }
  // Division, since count * width of a lying header may be beyond what a number holds.
  // Rows of no numbers take no bytes, however many are promised.
  if (data.length / reader.bytes !== count * width || (width === 0 && count > 0)) {
    throw lying(where, m.datasets_npy_bytes({ count: data.length }), shape);
  }
  const isLittle = !dtype.startsWith('>');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return {
    count,
    kind: shape.length === 2 ? 'padded' : 'numbers',
    row(index) {
      const numbers = new Float64Array(width);
      for (let column = 0; column < width; column += 1) {
        const position = isFortran ? column * count + index : index * width + column;
        numbers[column] = reader.read(view, position * reader.bytes, isLittle);
      }
      return numbers;
    },
  };
}

/** One row of an object array: a list or tuple of numbers, or a numpy array of one dimension. */
function numbersOf(
  value: PickleValue | undefined,
  where: string,
  index: number,
): ArrayLike<number> {
  if (Array.isArray(value)) {
    const first = value.findIndex((item) => typeof item !== 'number');
    if (first < 0) return value as number[];
    return value.map((item) => {
      const number = isPickledArray(item) && item.shape.length === 0 ? scalarOf(item, where) : item;
      if (typeof number !== 'number') throw notNumbers(where, index);
      return number;
    });
  }
  if (value !== undefined && isPickledArray(value) && value.shape.length === 1) {
    if (value.items !== null) return numbersOf([...value.items], where, index);
    if (value.bytes !== null) {
      const [size = 0] = value.shape;
      const flat = readPlain(value.bytes, value.dtype, [size], false, where);
      return Float64Array.from({ length: size }, (_, i) => flat.row(i)[0] as number);
    }
  }
  throw notNumbers(where, index);
}

function scalarOf(value: { dtype: string; bytes: Uint8Array | null }, where: string): number {
  return readPlain(value.bytes ?? new Uint8Array(0), value.dtype, [1], false, where).row(
    0,
  )[0] as number;
}

function notNumbers(where: string, index: number): AppError {
  return new AppError('badInput', m.datasets_npy_row({ row: grouped(index + 1), index, where }));
}

function lying(where: string, found: string, shape: readonly number[]): AppError {
  return new AppError('badInput', m.datasets_npy_shape({ where, shape: shape.join(', '), found }));
}

// TextDecoder's latin1 is windows-1252; Buffer's is the real one.
const latin1 = {
  decode: (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
};
const utf8 = new TextDecoder();

type Reader = Readonly<{
  bytes: number;
  read: (view: DataView, at: number, isLittle: boolean) => number;
}>;

/** numpy's type codes without byte order. 64-bit numbers are exact up to 2^53. */
const readers: Readonly<Record<string, Reader | undefined>> = {
  b1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  u2: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  i4: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  u4: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  i8: { bytes: 8, read: (view, at, isLittle) => readLong(view, at, isLittle, true) },
  u8: { bytes: 8, read: (view, at, isLittle) => readLong(view, at, isLittle, false) },
  f4: { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  f8: { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
};

function readLong(view: DataView, at: number, isLittle: boolean, isSigned: boolean): number {
  const low = view.getUint32(isLittle ? at : at + 4, isLittle);
  const highAt = isLittle ? at + 4 : at;
  const high = isSigned ? view.getInt32(highAt, isLittle) : view.getUint32(highAt, isLittle);
  return high * 2 ** 32 + low;
}
