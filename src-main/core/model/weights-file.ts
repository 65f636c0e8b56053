import * as m from '#messages';

/*
 * Weights and checkpoints as files. Little-endian:
 *
 *   0   8 bytes   "TWFWGT01"
 *   8   Uint32    bytes of the header, a JSON document padded by spaces so that the body starts at a multiple of 8
 *   12  header    {facts, tensors: [{name, shape, at}], bodyHash, headerHash}; `at` in bytes from the start of the body
 *   ..  body      the tensors' values, float32, row-major
 *
 * `bodyHash` is the sha256 of the body in hex, `headerHash` that of the header's JSON without this field (early files have none): a
 * file that is cut off or damaged is noticed.
 */

export type NamedTensor = Readonly<{
  name: string;
  shape: readonly number[];
  values: Float32Array;
}>;

export type WeightsFile<Facts = unknown> = Readonly<{
  facts: Facts;
  tensors: readonly NamedTensor[];
}>;

/** sha256 in hex; core has no crypto of its own. */
export type Sha256 = (bytes: Uint8Array) => string;

export function encodeWeightsFile(file: WeightsFile, sha256: Sha256): Uint8Array {
  let at = 0;
  const table = file.tensors.map(({ name, shape, values }) => {
    const entry = { name, shape, at };
    at += values.byteLength;
    return entry;
  });
  const body = new Uint8Array(at);
  file.tensors.forEach(({ values }, index) => {
    body.set(bytesOf(values), table[index]?.at ?? 0);
  });
  const header = { facts: file.facts, tensors: table, bodyHash: sha256(body) };
  const json = utf8(
    JSON.stringify({ ...header, headerHash: sha256(utf8(JSON.stringify(header))) }),
  );
  const bodyAt = Math.ceil((PREFIX_BYTES + json.length) / 8) * 8;
  const bytes = new Uint8Array(bodyAt + body.length).fill(0x20, 0, bodyAt);
  bytes.set(utf8(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(MAGIC.length, bodyAt - PREFIX_BYTES, true);
  bytes.set(json, PREFIX_BYTES);
  bytes.set(body, bodyAt);
  return bytes;
}

/** Throws an Error with one sentence where the bytes are not such a file, are cut off or damaged. */
export function decodeWeightsFile(bytes: Uint8Array, sha256: Sha256): WeightsFile {
  const bodyAt = weightsBodyAt(bytes);
  if (bodyAt > bytes.length) throw new Error(m.storage_weights_cut_off());
  const { facts, tensors, bodyHash } = decodeWeightsHeader(bytes.subarray(0, bodyAt), sha256);
  // A copy is aligned, whatever the file's bytes are part of. (Not slice: that of a Buffer is a view.)
  const body = new Uint8Array(bytes.subarray(bodyAt));
  if (sha256(body) !== bodyHash) throw new Error(m.storage_weights_checksum());
  return {
    facts,
    tensors: tensors.map(({ name, shape, at }) => ({
      name,
      shape,
      values: new Float32Array(body.buffer, at, lengthOf(shape)),
    })),
  };
}

/** Where the body starts, told by the first `PREFIX_BYTES`; throws where they are of another kind of file. */
export function weightsBodyAt(prefix: Uint8Array): number {
  const magic = String.fromCharCode(...prefix.subarray(0, MAGIC.length));
  if (magic !== MAGIC || prefix.length < PREFIX_BYTES) throw new Error(m.storage_no_weights_file());
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  return PREFIX_BYTES + view.getUint32(MAGIC.length, true);
}

/** The header alone, from everything before the body: to read single tensors of a large file. */
export function decodeWeightsHeader(head: Uint8Array, sha256: Sha256): WeightsHeader {
  try {
    const text = new TextDecoder().decode(head.subarray(PREFIX_BYTES));
    const { headerHash, ...header } = JSON.parse(text) as WeightsHeader & { headerHash?: string };
    const isWhole = headerHash === undefined || headerHash === sha256(utf8(JSON.stringify(header)));
    let next = 0;
    for (const { shape, at } of header.tensors) {
      if (!isWhole || at !== next) throw new Error('altered');
      next += lengthOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    }
    return header;
  } catch {
    throw new Error(m.storage_weights_header());
  }
}

/** A run's `weightsHash`: over the values in the order of core/model/weight-layout.ts, nothing else. */
export function weightsHash(tensors: readonly NamedTensor[], sha256: Sha256): string {
  const total = tensors.reduce((bytes, { values }) => bytes + values.byteLength, 0);
  const all = new Uint8Array(total);
  let at = 0;
  for (const { values } of tensors) {
    all.set(bytesOf(values), at);
    at += values.byteLength;
  }
  return sha256(all);
}

const MAGIC = 'TWFWGT01';
/** Bytes that are enough for `weightsBodyAt`. */
export const PREFIX_BYTES = MAGIC.length + 4;

export type WeightsHeader = Readonly<{
  facts: unknown;
  tensors: readonly Readonly<{ name: string; shape: number[]; at: number }>[];
  bodyHash: string;
}>;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const lengthOf = (shape: readonly number[]): number =>
  shape.reduce((size, length) => size * length, 1);

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
