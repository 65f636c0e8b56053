import { AppError, type Failure } from '#contract/failure.ts';
import * as m from '#messages';

import type { ChildHost } from '../../processes/host.ts';
import type { CopyRequest } from './copy.ts';

export type ToCopier = Readonly<{ request: CopyRequest }>;
export type FromCopier =
  Readonly<{ type: 'made'; backupId: string }> | Readonly<{ type: 'failed'; failure: Failure }>;

/** Makes a backup in a child; resolves with its id. An abort ends the child, and nothing is left of the backup at the next one. */
export function copyInChild(
  options: Readonly<{ host: ChildHost; entry: string; request: CopyRequest; signal: AbortSignal }>,
): Promise<string> {
  const { host, entry, request, signal } = options;
  const cancelled = (): AppError => new AppError('cancelled', m.backups_cancelled());
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    let lastWords = '';
    const child = host.spawn<FromCopier, ToCopier>({
      entry,
      environment: {},
      onOutput: (text) => {
        lastWords = (lastWords + text).slice(-500);
      },
      onMessage(message) {
        if (message.type === 'made') resolve(message.backupId);
        else reject(new AppError(message.failure.kind, message.failure.message));
      },
      onExit({ code, signal: ended }) {
        signal.removeEventListener('abort', end);
        const how = ended ?? String(code ?? lastWords.trim());
        reject(
          signal.aborted
            ? cancelled()
            : new AppError('unavailable', m.backups_process_ended({ how })),
        );
      },
    });
    const end = (): void => void child.kill();
    signal.addEventListener('abort', end, { once: true });
    child.send({ request });
  });
}
