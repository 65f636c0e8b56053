import type { z } from 'zod';

import { backupCalls, backupEvents, homeCalls } from './backup.ts';
import { bundleCalls } from './bundle.ts';
import { datasetCalls, datasetEvents } from './dataset.ts';
import { diffCalls, diffEvents, outsideTableCalls } from './embedding-diff.ts';
import { exampleCalls } from './example.ts';
import { experimentCalls } from './experiment.ts';
import { fileCalls } from './files.ts';
import { jobCalls, jobEvents } from './jobs.ts';
import { outsideCurveCalls, outsideCurveEvents } from './outside-curve.ts';
import { queueCalls, queueEvents } from './queue.ts';
import { reportCalls, reportEvents } from './report.ts';
import { runCalls, runEvents } from './run.ts';
import { settingsCalls, settingsEvents, systemCalls } from './settings.ts';
import { slurmCalls, slurmEvents } from './slurm.ts';
import { embeddingCalls } from './snapshot.ts';
import { sweepCalls } from './sweep.ts';
import { transplantCalls } from './transplant.ts';

/** Every call of the bridge: noun.verb -> what goes in, what comes out. */
export const calls = {
  ...datasetCalls,
  ...fileCalls,
  ...runCalls,
  ...bundleCalls,
  ...jobCalls,
  ...queueCalls,
  ...sweepCalls,
  ...slurmCalls,
  ...experimentCalls,
  ...exampleCalls,
  ...embeddingCalls,
  ...diffCalls,
  ...transplantCalls,
  ...outsideTableCalls,
  ...outsideCurveCalls,
  ...reportCalls,
  ...backupCalls,
  ...homeCalls,
  ...settingsCalls,
  ...systemCalls,
} as const;

/** Every event: noun.pastTense -> payload. Events carry ids; who needs the state fetches it. */
export const events = {
  ...datasetEvents,
  ...runEvents,
  ...jobEvents,
  ...queueEvents,
  ...slurmEvents,
  ...diffEvents,
  ...outsideCurveEvents,
  ...reportEvents,
  ...settingsEvents,
  ...backupEvents,
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type ParsedInput<N extends CallName> = z.output<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** What a shell registers: one handler a call. */
export type Handlers = {
  readonly [N in CallName]: (input: ParsedInput<N>) => Promise<CallOutput<N>> | CallOutput<N>;
};

export type Noun = CallName extends `${infer N}.${string}` ? N : never;
type Verb<N extends Noun> = CallName extends infer C
  ? C extends `${N}.${infer V}`
    ? V
    : never
  : never;
type NameOf<N extends Noun, V extends Verb<N>> = Extract<`${N}.${V}`, CallName>;

/**
 * The calls of a noun as the methods of its service, named as their verbs: a forgotten one does not compile. `Slow` ones give promises.
 */
export type Calls<N extends Noun, Slow extends Verb<N> = never> = {
  readonly [V in Verb<N>]: (
    ...input: ParsedInput<NameOf<N, V>> extends Record<string, never>
      ? []
      : [ParsedInput<NameOf<N, V>>]
  ) => V extends Slow ? Promise<CallOutput<NameOf<N, V>>> : CallOutput<NameOf<N, V>>;
};

/** Any service of a noun, whichever of its calls are slow. */
export type Served<N extends Noun> = {
  readonly [V in Verb<N>]: Handlers[NameOf<N, V>];
};
export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;
