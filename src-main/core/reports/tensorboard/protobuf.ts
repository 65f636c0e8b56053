/** The few parts of Protocol Buffers' encoding that event files need. A message is the concatenation of its fields. */

export const message = (...fields: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
};

/** A whole number from 0 to 2^53, an enum or a bool. */
export const varint = (field: number, value: number): Uint8Array =>
  Uint8Array.from([...tag(field, 0), ...digits(value)]);

export function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return message(tag(field, 1), bytes);
}

export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(tag(field, 5), bytes);
}

/** Bytes or a message within a message. */
export const bytes = (field: number, value: Uint8Array): Uint8Array =>
  message(tag(field, 2), Uint8Array.from(digits(value.length)), value);

export const text = (field: number, value: string): Uint8Array =>
  bytes(field, new TextEncoder().encode(value));

const tag = (field: number, wireType: number): Uint8Array =>
  Uint8Array.from(digits(field * 8 + wireType));

/** Seven bits a byte, the lowest first; every byte but the last has its highest bit set. */
function digits(value: number): number[] {
  const found: number[] = [];
  let rest = value;
  while (rest >= 128) {
    found.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...found, rest];
}
