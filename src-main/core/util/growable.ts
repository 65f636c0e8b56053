type NumberArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** A typed array that grows: a few bytes an entry, where a list of numbers takes eight and copies of itself. */
export type Growable<A extends NumberArray> = Readonly<{
  push: (value: number) => void;
  set: (index: number, value: number) => void;
  /** 0 past the end. */
  at: (index: number) => number;
  length: () => number;
  /** What is in it so far; no copy. */
  array: () => A;
  /** Empties it, and lets go of its memory. */
  clear: () => void;
}>;

export function growable<A extends NumberArray>(type: new (length: number) => A): Growable<A> {
  let values = new type(FIRST_LENGTH);
  let length = 0;
  const reserve = (wanted: number): void => {
    if (wanted <= values.length) return;
    const larger = new type(Math.max(wanted, Math.ceil(values.length * 1.5)));
    larger.set(values);
    values = larger;
  };
  return {
    push(value) {
      reserve(length + 1);
      values[length] = value;
      length += 1;
    },
    set(index, value) {
      reserve(index + 1);
      values[index] = value;
      length = Math.max(length, index + 1);
    },
    at: (index) => (index < length ? (values[index] ?? 0) : 0),
    length: () => length,
    array: () => values.subarray(0, length) as A,
    clear() {
      values = new type(FIRST_LENGTH);
      length = 0;
    },
  };
}

const FIRST_LENGTH = 1024;
