import path from 'node:path';

/** What the fake training process does; it learns it from its environment. */
export type FakeScript = Readonly<{
  epochs: number;
  stepsPerEpoch: number;
  stepMs: number;
  /** By epoch, from 1. */
  valLosses: readonly number[];
  nanAtStep: number;
  killAtStep: number;
  killAfterEpoch: number;
  /** When that epoch is told, before it hears that it is stored. */
  killWhenTold: number;
  exitAtStep: number;
  /** Says nothing from there on. */
  hangAtStep: number;
  logLines: number;
  /** Sends so many messages as fast as it can, before the first step. */
  floods: number;
  prints: string;
}>;

/** The fake's entry file, for `trainerEntry`; children started from now on follow the script. */
export function fakeTrainer(script: Partial<FakeScript> = {}): string {
  process.env[variable] = JSON.stringify(script);
  return path.join(import.meta.dirname, 'fake-trainer-entry.ts');
}

export function readScript(): FakeScript {
  const given = JSON.parse(process.env[variable] ?? '{}') as Partial<FakeScript>;
  return {
    epochs: 3,
    stepsPerEpoch: 4,
    stepMs: 0,
    valLosses: [0.5, 0.3, 0.3, 0.4],
    nanAtStep: 0,
    killAtStep: 0,
    killAfterEpoch: 0,
    killWhenTold: 0,
    exitAtStep: 0,
    hangAtStep: 0,
    logLines: 0,
    floods: 0,
    prints: '',
    ...given,
  };
}

const variable = 'TWOFOLD_FAKE_TRAINER';
