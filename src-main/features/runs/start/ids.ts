import { randomBytes } from 'node:crypto';

import type { Branch } from '#contract/snapshot.ts';

/** Ten letters and digits (50 bits), none that look alike. */
export function newId(): string {
  const bytes = randomBytes(10);
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}

/** Told by what it is of, so that an epoch trained again after a resume keeps its snapshots' ids. */
export const snapshotId = (runId: string, epoch: number, branch: Branch): string =>
  `${runId}-${epoch}-${branch}`;

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
