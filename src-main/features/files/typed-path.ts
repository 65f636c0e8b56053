import { homedir } from 'node:os';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/**
 * A request with its path as a person typed it in a window: `~` is the user's folder, and `..` takes a name away, as on the command
 * line. A relative one is refused: the program's own folder, which it would be resolved against, is not where the user stands.
 */
export function typedPath<T extends Readonly<{ path: string }>>(request: T): T {
  const typed = request.path;
  const full = /^~(?=$|[/\\])/.test(typed) ? path.join(homedir(), typed.slice(1)) : typed;
  if (path.isAbsolute(full)) return { ...request, path: path.resolve(full) };
  const example = path.join(homedir(), path.basename(typed));
  throw new AppError('invalid', m.storage_relative_path({ path: typed, example }), {
    field: 'path',
  });
}
