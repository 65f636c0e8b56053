import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { digestOf, sealFile, syncToDisk } from './place.ts';

/** Notes what a file of a dataset holds: a single flipped bit would train another model, or show another word, without a word. */
export async function seal(file: string): Promise<void> {
  writeFileSync(sealFile(file), `${await digestOf(file)}\n`);
  await syncToDisk(sealFile(file));
}

/** Whether a rebuilt ids.bin is the one that was sealed, or the one that is there (then the seal is what is damaged). */
export async function isAsSealed(rebuilt: string, file: string): Promise<boolean> {
  if (!existsSync(sealFile(file))) return true;
  const digest = await digestOf(rebuilt);
  return sealed(file) === digest || (existsSync(file) && (await digestOf(file)) === digest);
}

/** Whether a file is there and holds what was sealed. What older versions wrote is sealed as it is found. */
export async function isSound(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  if (!existsSync(sealFile(file))) {
    // A home that cannot be written can still be read.
    await seal(file).catch(() => undefined);
    return true;
  }
  return sealed(file) === (await digestOf(file));
}

const sealed = (file: string): string => readFileSync(sealFile(file), 'utf8').trim();
