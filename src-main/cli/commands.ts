import { backups } from './backups.ts';
import { bundles } from './bundles.ts';
import type { Command, Noun } from './command.ts';
import { completionOf } from './completion.ts';
import { data } from './data.ts';
import { embeddings } from './embeddings.ts';
import { experiments } from './experiments.ts';
import { machine } from './machine.ts';
import { queue } from './queue.ts';
import { reports } from './reports.ts';
import { runs } from './runs.ts';
import { sweeps } from './sweeps.ts';
import { task } from './task.ts';
import { training } from './training.ts';

/** In the order of the help. */
export const nouns: readonly Noun[] = [
  { ...machine, commands: [...machine.commands, completionOf(() => listed)] },
  data,
  training,
  sweeps,
  queue,
  runs,
  experiments,
  embeddings,
  bundles,
  reports,
  backups,
];

export const listed: readonly Command[] = nouns.flatMap((noun) => noun.commands);
/** With what a job array starts on a node, which no help names. */
export const commands: readonly Command[] = [...listed, task];
