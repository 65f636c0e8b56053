import { statSync } from 'node:fs';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import { mainFile } from './backups/place.ts';

/** Throws where the database that was open at the call of this is no longer where it was. */
export type AssertHomeHere = () => void;

/** A data folder can be moved or deleted while its files are open: what is written then is lost, or begins another folder of that name. */
export function watchHome(home: string): AssertHomeHere {
  const identity = (): string | null => {
    const stats = statSync(mainFile(home), { throwIfNoEntry: false, bigint: true });
    return stats === undefined ? null : `${stats.dev} ${stats.ino}`;
  };
  const opened = identity();
  return () => {
    if (identity() !== opened) throw new AppError('storage', m.storage_home_gone({ home }));
  };
}
