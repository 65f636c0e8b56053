import { existsSync, readFileSync } from 'node:fs';

import { writeOwnFile } from '../../files/in-place.ts';
import { digestOf, sealFile } from './place.ts';

/** Notes what a file of a dataset holds: a single flipped bit would train another model, or show another word, without a word. */
export async function seal(file: string): Promise<void> {
  writeOwnFile(sealFile(file), `${await digestOf(file)}\n`);
}

/** Whether a rebuilt ids.bin is the one that was sealed, or the one that is there (then the seal is what is damaged). */
export async function isAsSealed(rebuilt: string, file: string): Promise<boolean> {
  const noted = sealOf(file);
  if (noted === null) return true;
  const digest = await digestOf(rebuilt);
  return noted === digest || (existsSync(file) && (await digestOf(file)) === digest);
}

/** Whether a file is there and holds what was sealed. What older versions wrote is sealed as it is found. */
export async function isSound(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  const noted = sealOf(file);
  if (noted !== null) return noted === (await digestOf(file));
  // A home that cannot be written can still be read.
  await seal(file).catch(() => undefined);
  return true;
}

/** Null where there is none: an empty file, which a full disk leaves, is none either. */
export function sealOf(file: string): string | null {
  if (!existsSync(sealFile(file))) return null;
  const noted = readFileSync(sealFile(file), 'utf8').trim();
  return noted === '' ? null : noted;
}
