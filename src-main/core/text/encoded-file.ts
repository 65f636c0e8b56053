import { splitNames, type SplitName } from '#contract/dataset.ts';
import * as m from '#messages';

/*
 * The file in which a dataset's reviews reach a training child. Little-endian:
 *
 *   0   8 bytes   "TWFENC01"
 *   8   Uint32    bytes of the header, a JSON document padded by spaces so that sections start at a multiple of 8
 *   12  header    {datasetHash, splits: [{split, count, tokenCount, labelsAt, offsetsAt, tokensAt}]}
 *   for each split, each section at a multiple of 8:
 *     labels   Uint8[count]        0 or 1
 *     offsets  Uint32[count + 1]   review i is tokens[offsets[i] .. offsets[i + 1])
 *     tokens   Int32[tokenCount]   ids over the full vocabulary (rank + 3, 2 = not in it), start token first; not cut to
 *                                  numWords, not truncated, not padded: that is up to the reader
 */

export type EncodedSplit = Readonly<{
  count: number;
  /** [count] */
  labels: Uint8Array;
  /** [count + 1] */
  offsets: Uint32Array;
  /** [offsets[count]] */
  tokens: Int32Array;
}>;

export type EncodedDataset = Readonly<{
  datasetHash: string;
  splits: Readonly<Partial<Record<SplitName, EncodedSplit>>>;
}>;

/** Where the sections of one split start, in bytes from the start of the file. */
export type EncodedSection = Readonly<{
  split: SplitName;
  count: number;
  tokenCount: number;
  labelsAt: number;
  offsetsAt: number;
  tokensAt: number;
}>;

export type EncodedLayout = Readonly<{
  datasetHash: string;
  sections: readonly EncodedSection[];
  /** Magic, length and JSON: the first bytes of the file. */
  header: Uint8Array;
  totalBytes: number;
}>;

/** Bytes that are enough for `headerBytesOf`. */
export const PREFIX_BYTES = 12;

export function planEncodedFile(
  datasetHash: string,
  splits: readonly Readonly<{ split: SplitName; count: number; tokenCount: number }>[],
): EncodedLayout {
  // The positions' digits change the header's length, which moves the positions: a fixed room for the header ends the circle.
  const headerRoom = 1024;
  let at = headerRoom;
  const sections = splits.map((split) => {
    const labelsAt = at;
    const offsetsAt = align(labelsAt + split.count);
    const tokensAt = align(offsetsAt + (split.count + 1) * 4);
    at = align(tokensAt + split.tokenCount * 4);
    return { ...split, labelsAt, offsetsAt, tokensAt };
  });
  const json = new TextEncoder().encode(JSON.stringify({ datasetHash, splits: sections }));
  if (PREFIX_BYTES + json.length > headerRoom)
    throw new Error('The header of the encoded file is too long.');
  const header = new Uint8Array(headerRoom).fill(0x20);
  header.set(new TextEncoder().encode(MAGIC), 0);
  new DataView(header.buffer).setUint32(8, headerRoom - PREFIX_BYTES, true);
  header.set(json, PREFIX_BYTES);
  return { datasetHash, sections, header, totalBytes: at };
}

/** Bytes from the start of the file to the end of its header, told by its first `PREFIX_BYTES`. */
export function headerBytesOf(prefix: Uint8Array): number {
  const magic = String.fromCharCode(...prefix.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw new Error(m.storage_no_encoded_file());
  return PREFIX_BYTES + viewOf(prefix).getUint32(8, true);
}

/** The layout of an existing file, from its first `headerBytesOf` bytes. */
export function readEncodedLayout(header: Uint8Array): EncodedLayout {
  const length = headerBytesOf(header);
  const json = new TextDecoder().decode(header.subarray(PREFIX_BYTES, length));
  const { datasetHash, splits } = JSON.parse(json) as {
    datasetHash: string;
    splits: EncodedSection[];
  };
  const last = splits.at(-1);
  const totalBytes = last === undefined ? length : align(last.tokensAt + last.tokenCount * 4);
  return { datasetHash, sections: splits, header: header.subarray(0, length), totalBytes };
}

/** A whole file as views into `bytes` (copied first where they are not aligned); throws where it is cut off. */
export function readEncodedFile(bytes: Uint8Array): EncodedDataset {
  const layout = readEncodedLayout(bytes);
  if (bytes.length < layout.totalBytes) {
    throw new Error(
      m.storage_encoded_cut_off({ found: bytes.length, expected: layout.totalBytes }),
    );
  }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const splits: Partial<Record<SplitName, EncodedSplit>> = {};
  for (const { split, count, tokenCount, labelsAt, offsetsAt, tokensAt } of layout.sections) {
    const at = aligned.byteOffset;
    splits[split] = {
      count,
      labels: new Uint8Array(aligned.buffer, at + labelsAt, count),
      offsets: new Uint32Array(aligned.buffer, at + offsetsAt, count + 1),
      tokens: new Int32Array(aligned.buffer, at + tokensAt, tokenCount),
    };
  }
  return { datasetHash: layout.datasetHash, splits };
}

/** A whole file in memory: for small datasets and tests. The importer writes the same layout piece by piece. */
export function writeEncodedFile(dataset: EncodedDataset): Uint8Array {
  const present = splitNames.flatMap((split) => {
    const content = dataset.splits[split];
    return content === undefined ? [] : [{ split, content }];
  });
  const layout = planEncodedFile(
    dataset.datasetHash,
    present.map(({ split, content }) => ({
      split,
      count: content.count,
      tokenCount: content.tokens.length,
    })),
  );
  const bytes = new Uint8Array(layout.totalBytes);
  bytes.set(layout.header, 0);
  layout.sections.forEach((section, index) => {
    const content = present[index]?.content;
    if (content === undefined) return;
    bytes.set(content.labels, section.labelsAt);
    bytes.set(bytesOf(content.offsets), section.offsetsAt);
    bytes.set(bytesOf(content.tokens), section.tokensAt);
  });
  return bytes;
}

const MAGIC = 'TWFENC01';

function align(position: number): number {
  return Math.ceil(position / 8) * 8;
}

// Every platform that the native library and Node 24 run on is little-endian, so typed arrays are the file's bytes.
function bytesOf(array: Uint32Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
