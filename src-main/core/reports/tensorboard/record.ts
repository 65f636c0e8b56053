import { maskedCrc32c } from './crc32c.ts';

/**
 * One record of a TFRecord file, little-endian: Uint64 length, Uint32 masked checksum of the length, the bytes, Uint32 masked
 * checksum of the bytes.
 */
export function tfRecord(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
