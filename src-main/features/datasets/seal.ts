import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { digestOf, idsFile, sealFile, syncToDisk } from './place.ts';

/** Notes what ids.bin holds: a single flipped bit would train another model without a word. */
export async function sealEncoded(folder: string): Promise<void> {
  writeFileSync(sealFile(folder), `${await digestOf(idsFile(folder))}\n`);
  await syncToDisk(sealFile(folder));
}

/** Whether a rebuilt ids.bin is the one that was sealed, or the one that is there (then the seal is what is damaged). */
export async function isAsSealed(rebuilt: string, folder: string): Promise<boolean> {
  if (!existsSync(sealFile(folder))) return true;
  const digest = await digestOf(rebuilt);
  return (
    readFileSync(sealFile(folder), 'utf8').trim() === digest ||
    (existsSync(idsFile(folder)) && (await digestOf(idsFile(folder))) === digest)
  );
}

/** Whether ids.bin is there and holds what was sealed. What older versions wrote is sealed as it is found. */
export async function isSoundEncoded(folder: string): Promise<boolean> {
  if (!existsSync(idsFile(folder))) return false;
  if (!existsSync(sealFile(folder))) {
    // A home that cannot be written can still be read.
    await sealEncoded(folder).catch(() => undefined);
    return true;
  }
  return readFileSync(sealFile(folder), 'utf8').trim() === (await digestOf(idsFile(folder)));
}
