import { backups } from './nouns/backups.ts';
import { bundles } from './nouns/bundles.ts';
import type { Command, Noun } from './command.ts';
import { completionOf } from './nouns/completion.ts';
import { data } from './nouns/data.ts';
import { embeddings } from './nouns/embeddings.ts';
import { example } from './nouns/example.ts';
import { experiments } from './nouns/experiments.ts';
import { machine } from './nouns/machine.ts';
import { queue } from './nouns/queue.ts';
import { reports } from './nouns/reports.ts';
import { runs } from './nouns/runs.ts';
import { sweeps } from './nouns/sweeps.ts';
import { task } from './nouns/task.ts';
import { training } from './nouns/training.ts';

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
  example,
  reports,
  backups,
];

export const listed: readonly Command[] = nouns.flatMap((noun) => noun.commands);
/** With what a job array starts on a node, which no help names. */
export const commands: readonly Command[] = [...listed, task];
