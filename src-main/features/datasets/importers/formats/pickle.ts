import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { Pace } from '../importer.ts';
import { bomb } from '../sources/zip.ts';

/** A numpy array inside a pickle: its elements, or its raw bytes. */
export type PickledArray = {
  kind: 'array';
  shape: readonly number[];
  dtype: string;
  isFortran: boolean;
  items: readonly PickleValue[] | null;
  bytes: Uint8Array | null;
};

export type PickleValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | PickleValue[]
  | PickledArray
  | PickledDtype
  | PickledName;

type PickledDtype = { kind: 'dtype'; code: string };
type PickledName = { kind: 'name'; name: string };

/**
 * Reads a pickle (protocols 2 to 5) that holds numbers, texts, lists, tuples and numpy arrays, without executing anything:
 * the handful of names that numpy itself writes are understood by their meaning, any other name is refused. Why not a
 * general reader: ours knows nothing it could run, and goes through 6 million numbers in a fraction of a second.
 *
 * @param where names the source in errors
 * @param packedBytes what `bytes` were unpacked from: of one byte many an object can be made, of a packed one a thousand
 */
export async function readPickle(
  bytes: Uint8Array,
  where: string,
  pace: Pace,
  packedBytes = bytes.length,
): Promise<PickleValue> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: PickleValue[] = [];
  const marks: number[] = [];
  const memo: PickleValue[] = [];
  let at = 0;
  let untilBreath = opsPerBreath;

  const damaged = (what: string) =>
    new AppError('badInput', m.datasets_pickle_damaged({ where, what, at }));
  const pop = (): PickleValue => {
    const value = stack.pop();
    if (value === undefined) throw damaged(m.datasets_pickle_no_value());
    return value;
  };
  const popMark = (): PickleValue[] => {
    const mark = marks.pop();
    if (mark === undefined || mark > stack.length) throw damaged(m.datasets_pickle_no_mark());
    return stack.splice(mark);
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw damaged(m.datasets_pickle_ends());
    at += length;
    return bytes.subarray(at - length, at);
  };
  const takeLong = (): number => {
    const length = Number(view.getBigUint64(at, true));
    at += 8;
    return length;
  };
  const takeLine = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw damaged(m.datasets_pickle_line());
    const line = latin1.decode(bytes.subarray(at, end));
    at = end + 1;
    return line;
  };
  const name = (module: string, attribute: string): PickledName => {
    const full = `${module}.${attribute}`;
    if (!knownNames.has(full)) throw refused(where, full);
    return { kind: 'name', name: full };
  };
  let encodedBytes = 0;
  /** The bytes of a latin-1 text. A text can be named many times, but an honest pickle holds all bytes that it encodes. */
  const encode = (text: string): Uint8Array => {
    encodedBytes += text.length;
    if (encodedBytes > bytes.length) throw damaged(m.datasets_pickle_repeats());
    return Buffer.from(text, 'latin1');
  };
  let held = 0;
  let lists = 0;
  /** Values, by what they take in memory: an empty list is one byte of a pickle. */
  const hold = (weight: number): void => {
    held += weight;
    if (held > LEAST_HELD + HELD_BY_BYTE * packedBytes) throw bomb(where);
  };
  const pushList = (list: PickleValue[]): void => {
    lists += 1;
    if (lists > MOST_LISTS) throw bomb(where);
    hold(LIST_WEIGHT);
    stack.push(list);
  };
  const recall = (index: number): PickleValue => {
    const value = memo[index];
    if (value === undefined) throw damaged(m.datasets_pickle_unknown_reference());
    return value;
  };
  const remember = (index: number) => {
    // Pickles number their memo from 0 without gaps; a huge index would only be there to fill memory.
    if (index > memo.length + 1_000_000) throw damaged(m.datasets_pickle_impossible_reference());
    memo[index] = top(stack, damaged);
  };

  try {
    for (;;) {
      if ((untilBreath -= 1) === 0) {
        untilBreath = opsPerBreath;
        await pace.breathe();
      }
      const op = bytes[at];
      at += 1;
      hold(1);
      switch (op) {
        case 0x4b: // BININT1
          stack.push(view.getUint8(at));
          at += 1;
          break;
        case 0x4d: // BININT2
          stack.push(view.getUint16(at, true));
          at += 2;
          break;
        case 0x4a: // BININT
          stack.push(view.getInt32(at, true));
          at += 4;
          break;
        case 0x8a: // LONG1
          stack.push(integerOf(take(view.getUint8(at++))));
          break;
        case 0x47: // BINFLOAT
          stack.push(view.getFloat64(at, false));
          at += 8;
          break;
        case 0x28: // MARK
          marks.push(stack.length);
          break;
        case 0x5d: // EMPTY_LIST
        case 0x29: // EMPTY_TUPLE
          pushList([]);
          break;
        case 0x65: {
          // APPENDS
          const items = popMark();
          const list = top(stack, damaged);
          if (!Array.isArray(list)) throw damaged(m.datasets_pickle_items());
          for (const item of items) list.push(item);
          break;
        }
        case 0x61: {
          // APPEND
          const item = pop();
          const list = top(stack, damaged);
          if (!Array.isArray(list)) throw damaged(m.datasets_pickle_item());
          list.push(item);
          break;
        }
        case 0x74: // TUPLE
        case 0x6c: // LIST
          pushList(popMark());
          break;
        case 0x85: // TUPLE1
        case 0x86: // TUPLE2
        case 0x87: {
          // TUPLE3
          const size = op - 0x84;
          if (stack.length < size) throw damaged(m.datasets_pickle_no_value());
          pushList(stack.splice(stack.length - size));
          break;
        }
        case 0x4e: // NONE
          stack.push(null);
          break;
        case 0x88: // NEWTRUE
        case 0x89: // NEWFALSE
          stack.push(op === 0x88);
          break;
        case 0x8c: // SHORT_BINUNICODE
          stack.push(utf8.decode(take(view.getUint8(at++))));
          break;
        case 0x58: {
          // BINUNICODE
          const length = view.getUint32(at, true);
          at += 4;
          stack.push(utf8.decode(take(length)));
          break;
        }
        case 0x8d: // BINUNICODE8
          stack.push(utf8.decode(take(takeLong())));
          break;
        case 0x43: // SHORT_BINBYTES
          stack.push(take(view.getUint8(at++)));
          break;
        case 0x42: {
          // BINBYTES
          const length = view.getUint32(at, true);
          at += 4;
          stack.push(take(length));
          break;
        }
        case 0x8e: // BINBYTES8
        case 0x96: // BYTEARRAY8
          stack.push(take(takeLong()));
          break;
        case 0x55: // SHORT_BINSTRING (Python 2)
          stack.push(latin1.decode(take(view.getUint8(at++))));
          break;
        case 0x54: {
          // BINSTRING (Python 2)
          const length = view.getUint32(at, true);
          at += 4;
          stack.push(latin1.decode(take(length)));
          break;
        }
        case 0x63: // GLOBAL
          stack.push(name(takeLine(), takeLine()));
          break;
        case 0x93: {
          // STACK_GLOBAL
          const attribute = pop();
          const module = pop();
          if (typeof module !== 'string' || typeof attribute !== 'string')
            throw damaged(m.datasets_pickle_name());
          stack.push(name(module, attribute));
          break;
        }
        case 0x52: {
          // REDUCE
          const args = pop();
          const callee = pop();
          if (!isNamed(callee) || !Array.isArray(args))
            throw refused(where, m.datasets_pickle_call());
          stack.push(understand(callee.name, args, where, encode));
          break;
        }
        case 0x62: {
          // BUILD
          const state = pop();
          const target = top(stack, damaged);
          if (!Array.isArray(state) || !setState(target, state, encode))
            throw refused(where, m.datasets_pickle_state());
          break;
        }
        case 0x94: // MEMOIZE
          memo.push(top(stack, damaged));
          break;
        case 0x71: // BINPUT
          remember(view.getUint8(at++));
          break;
        case 0x72: // LONG_BINPUT
          at += 4;
          remember(view.getUint32(at - 4, true));
          break;
        case 0x68: // BINGET
          stack.push(recall(view.getUint8(at++)));
          break;
        case 0x6a: // LONG_BINGET
          at += 4;
          stack.push(recall(view.getUint32(at - 4, true)));
          break;
        case 0x30: // POP
          pop();
          break;
        case 0x95: // FRAME: its length is of no use to a reader that has all bytes
          at += 8;
          break;
        case 0x80: {
          // PROTO
          const protocol = view.getUint8(at++);
          if (protocol > 5) throw damaged(m.datasets_pickle_protocol({ protocol }));
          break;
        }
        case 0x2e: // STOP
          return pop();
        case undefined:
          throw damaged(m.datasets_pickle_ends());
        default:
          if (executingOps.has(op)) throw refused(where, m.datasets_pickle_object());
          throw damaged(m.datasets_pickle_instruction({ op }));
      }
    }
  } catch (error) {
    if (error instanceof RangeError) throw damaged(m.datasets_pickle_ends());
    throw error;
  }
}

export function isPickledArray(value: PickleValue): value is PickledArray {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'array';
}

const opsPerBreath = 100_000;
/** Far above what reviews need: a number or two a packed byte. */
const [LEAST_HELD, HELD_BY_BYTE, LIST_WEIGHT] = [4_000_000, 4, 4];
const MOST_LISTS = 5_000_000;
// TextDecoder's latin1 is windows-1252; Buffer's is the real one.
const latin1 = {
  decode: (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
};
const utf8 = new TextDecoder();

/** numpy 1 and numpy 2 write the same things under two module names. */
const knownNames = new Set([
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'numpy.core.numeric._frombuffer',
  'numpy._core.numeric._frombuffer',
  'numpy.ndarray',
  'numpy.dtype',
  '_codecs.encode',
]);

// INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, EXT2, EXT4, PERSID, BINPERSID
const executingOps = new Set([0x69, 0x6f, 0x81, 0x92, 0x82, 0x83, 0x84, 0x50, 0x51]);

function refused(where: string, what: string): AppError {
  return new AppError('badInput', m.datasets_pickle_refused({ where, what }));
}

type Encode = (text: string) => Uint8Array;

/** What numpy's own constructors mean; nothing is called. */
function understand(
  name: string,
  args: readonly PickleValue[],
  where: string,
  encode: Encode,
): PickleValue {
  const [first, second, third, fourth] = args;
  switch (name.slice(name.lastIndexOf('.') + 1)) {
    case '_reconstruct':
      return { kind: 'array', shape: [], dtype: '', isFortran: false, items: null, bytes: null };
    case 'dtype':
      if (typeof first === 'string') return { kind: 'dtype', code: `|${first}` };
      break;
    case 'encode':
      // Protocol 2 has no bytes: Python 3 writes them as latin-1 text to be encoded.
      if (typeof first === 'string') return encode(first);
      break;
    case 'scalar':
      if (isDtype(first)) {
        const bytes = bytesOf(second, encode);
        if (bytes !== null) {
          return {
            kind: 'array',
            shape: [],
            dtype: first.code,
            isFortran: false,
            items: null,
            bytes,
          };
        }
      }
      break;
    case '_frombuffer': {
      const bytes = bytesOf(first, encode);
      const shape = shapeOf(third);
      if (bytes !== null && isDtype(second) && shape !== null) {
        return {
          kind: 'array',
          shape,
          dtype: second.code,
          isFortran: fourth === 'F',
          items: null,
          bytes,
        };
      }
      break;
    }
  }
  throw refused(where, name);
}

function setState(target: PickleValue, state: readonly PickleValue[], encode: Encode): boolean {
  if (isDtype(target)) {
    const order = state[1];
    if (order !== '<' && order !== '>' && order !== '|' && order !== '=') return false;
    target.code = (order === '=' ? '<' : order) + target.code.slice(1);
    return true;
  }
  if (!isPickledArray(target)) return false;
  const [, shape, dtype, isFortran, content] = state;
  const dimensions = shapeOf(shape);
  if (dimensions === null || !isDtype(dtype) || typeof isFortran !== 'boolean') return false;
  target.shape = dimensions;
  target.dtype = dtype.code;
  target.isFortran = isFortran;
  if (Array.isArray(content)) target.items = content;
  else target.bytes = bytesOf(content, encode);
  return target.items !== null || target.bytes !== null;
}

function shapeOf(value: PickleValue | undefined): readonly number[] | null {
  if (!Array.isArray(value)) return null;
  return value.every((size): size is number => typeof size === 'number') ? value : null;
}

/** Python 2 has bytes as plain strings. */
function bytesOf(value: PickleValue | undefined, encode: Encode): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? encode(value) : null;
}

function isDtype(value: PickleValue | undefined): value is PickledDtype {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'dtype';
}

function isNamed(value: PickleValue): value is PickledName {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'name';
}

function top(stack: readonly PickleValue[], damaged: (what: string) => AppError): PickleValue {
  const value = stack[stack.length - 1];
  if (value === undefined) throw damaged(m.datasets_pickle_no_value());
  return value;
}

/** Little-endian two's complement; exact up to 2^53, which every id is far below. */
function integerOf(bytes: Uint8Array): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i -= 1) value = value * 256 + (bytes[i] as number);
  return ((bytes.at(-1) ?? 0) & 0x80) === 0 ? value : value - 256 ** bytes.length;
}
