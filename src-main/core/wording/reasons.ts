import { z } from 'zod';

import { isQuotaCode, toFailure } from '#contract/failure.ts';
import type { Saying } from '#contract/trainer.ts';
import * as m from '#messages';

import {
  readSaying,
  text,
  wording,
  wordsOf,
  wordsOfStored,
  type SayingOf,
  type Wordings,
} from './sayings.ts';

const whole = z.int();
/** The last complete epoch, from which a resume goes on; left out where nothing can be resumed. */
const process = { lastEpoch: whole.optional() };
type Process = Readonly<{ lastEpoch?: number | undefined }>;

/** How a training process ended that said nothing (trainer/exit-reason). */
const exits = {
  killed: wording(process, (facts) => withResume(m.trainer_killed(), facts)),
  endedFromOutside: wording({ ...process, signal: z.string() }, (facts) =>
    withResume(m.trainer_ended_from_outside(facts), facts),
  ),
  crashed: wording({ ...process, signal: z.string() }, (facts) =>
    withResume(m.trainer_crashed(facts), facts),
  ),
  illegalInstruction: wording(process, (facts) =>
    withResume(m.trainer_illegal_instruction(), facts),
  ),
  outOfMemory: wording(process, (facts) => withResume(m.trainer_out_of_memory(), facts)),
  endedSilently: wording(process, (facts) => withResume(m.trainer_ended_silently(), facts)),
  /** `because`: the last line that it wrote; empty where it wrote none. */
  notStarted: wording({ ...process, because: z.string() }, (facts) =>
    withResume(
      facts.because === '' ? m.trainer_not_started() : m.trainer_not_started_because(facts),
      facts,
    ),
  ),
  endedWithCode: wording({ ...process, code: whole, because: z.string() }, (facts) => {
    const { because } = facts;
    const code =
      facts.code > 0xffff ? `0x${facts.code.toString(16).toUpperCase()}` : String(facts.code);
    return withResume(
      because === ''
        ? m.trainer_ended_with_code({ code })
        : m.trainer_ended_with_code_because({ code, because }),
      facts,
    );
  }),
} satisfies Wordings;
export type Exit = SayingOf<typeof exits>;

/** Why a run ended as it did. */
export const reasons = {
  text,
  /** After so many epochs without a better one; `isLost`: none was ever near guessing. */
  stoppedEarly: wording({ epochs: whole, isLost: z.boolean() }, ({ epochs, isLost }) => {
    const early = m.trainer_stopped_early({ count: epochs });
    return isLost ? `${early} ${m.trainer_worse_than_guessing()}` : early;
  }),
  /** `good`: the last good epoch, which is kept; null: none was complete. */
  diverged: wording(
    {
      became: z.enum(['NaN', 'infinite']),
      epoch: whole,
      step: whole,
      good: whole.nullable(),
      isRelu: z.boolean(),
      /** Where it began in a step of training; null: it was seen in an evaluation. */
      layer: z.string().nullable(),
      /** The first train rows of that step, and how many more there were. */
      rows: z.array(whole),
      more: whole,
    },
    ({ good, isRelu, layer, rows, more, ...facts }) => {
      const shown = rows.join(', ');
      return [
        layer === null ? m.trainer_evaluation_diverged(facts) : m.trainer_training_diverged(facts),
        good === null
          ? m.trainer_diverged_nothing_kept()
          : m.trainer_diverged_kept({ epoch: good }),
        ...(layer === null
          ? []
          : [
              m.trainer_diverged_where({
                layer,
                rows: more === 0 ? shown : m.datasets_listed({ shown, more }),
              }),
            ]),
        isRelu ? m.trainer_diverged_try_tanh() : m.trainer_diverged_try_half(),
      ].join(' ');
    },
  ),
  /** The process had to be ended. */
  forced: wording(
    { request: z.enum(['stop', 'pause']), lastEpoch: whole },
    ({ request, lastEpoch }) =>
      lastEpoch === 0
        ? m.runs_ended_before_epoch({ request })
        : withResume(m.runs_ended_in_epoch({ request }), { lastEpoch }),
  ),
  gone: wording(process, (facts) => withResume(m.runs_gone(), facts)),
  ...exits,
  diskFull: wording({}, m.storage_disk_full),
  quotaFull: wording({}, m.storage_quota_full),
  diskUnreadable: wording({}, m.runs_disk_unreadable),
  /** Taken out of the queue before it ever trained. */
  neverTrained: wording({}, m.runs_not_started),
  /** In a bundle that was written meanwhile. */
  stillTraining: wording({}, m.bundles_moment),
  slurmFolderGone: wording({ folder: z.string() }, m.slurm_folder_gone),
  slurmBundleGone: wording({ file: z.string() }, m.slurm_bundle_gone),
  slurmSilent: wording({}, m.slurm_unknown_silent),
  slurmUnknown: wording({ epoch: whole, step: whole }, m.slurm_unknown),
  slurmTimeLimit: wording({}, m.slurm_time_limit),
  slurmOutOfMemory: wording({}, m.slurm_out_of_memory),
  slurmNodeLost: wording({}, m.slurm_node_lost),
  slurmPreempted: wording({}, m.slurm_preempted),
  slurmCancelled: wording({}, m.slurm_cancelled),
  slurmKilled: wording({ signal: whole }, m.slurm_killed),
  slurmExit: wording({ state: z.string(), code: whole, log: z.string() }, m.slurm_exit_code),
} satisfies Wordings;
export type Reason = SayingOf<typeof reasons>;

export const sayReason = (reason: Reason | Saying): string => wordsOf(reasons, reason);
export const sayStoredReason = (stored: string): string => wordsOfStored(reasons, stored);

/** Of a column, to be stored again; what is no saying stays as it is. */
export const readReason = (stored: string): Reason =>
  (readSaying(stored) ?? { kind: 'text', text: stored }) as Reason;

/** Why a run cannot go on that met an error. */
export function reasonOf(error: unknown): Reason {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (isQuotaCode(code)) return { kind: 'quotaFull' };
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return { kind: 'diskFull' };
  return { kind: 'text', text: toFailure(error).message };
}

function withResume(sentence: string, { lastEpoch }: Process): string {
  if (lastEpoch === undefined) return sentence;
  const hint =
    lastEpoch === 0 ? m.runs_resume_starts_again() : m.runs_resume_from({ epoch: lastEpoch });
  return `${sentence} ${hint}`;
}
