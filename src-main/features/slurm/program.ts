import { existsSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

import type { SlurmProgram } from '../services.ts';

/**
 * What the nodes of a cluster start: this process's Node with the command line. Electron is no Node (its fuse is off): beside it, that is
 * the one that set-up has installed with the packages.
 */
export function programFor(
  cli: string,
  { execPath, versions, arch }: Pick<NodeJS.Process, 'execPath' | 'versions' | 'arch'> = process,
): SlurmProgram {
  if (!('electron' in versions)) return { node: execPath, cli };
  const packages = path.join(path.dirname(cli), '..', '..', 'node_modules');
  return { node: path.join(packages, `node-linux-${arch}`, 'bin', 'node'), cli };
}

/** The words of a command line; throws `unavailable` where there is nothing that a node could start. */
export function commandOf({ node, cli }: SlurmProgram): readonly string[] {
  // A package holds the window alone.
  if (!existsSync(cli)) throw new AppError('unavailable', m.slurm_no_program({ file: cli }));
  if (!existsSync(node)) throw new AppError('unavailable', m.slurm_no_node({ file: node }));
  return [node, cli];
}
