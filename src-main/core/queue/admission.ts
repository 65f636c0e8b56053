import type { RunConfig } from '#contract/run-config.ts';

import { choosePlan } from '../model/plan.ts';
import { hasLstm } from '../model/shapes.ts';

/** What a run takes while it trains. */
export type Demand = Readonly<{ memoryBytes: number; cores: number }>;

export type Machine = Readonly<{
  cores: number;
  memoryBytes: number;
  /** Not taken by any process now. */
  memoryFreeBytes: number;
}>;

/** Share of the memory that runs may take: the rest is for the system and the window. */
const memoryShare = 0.9;

/**
 * Whether one more run may start beside those that train: its memory and cores must be there, and no more than `atOnce` runs may
 * train. Alone a run always starts: whether it is too large for the machine is for it to find out.
 */
export function admits(
  next: Demand,
  running: readonly Demand[],
  machine: Machine,
  atOnce: number | 'auto',
): boolean {
  if (running.length === 0) return true;
  if (atOnce !== 'auto' && running.length >= atOnce) return false;
  const memory = sum(running.map(({ memoryBytes }) => memoryBytes)) + next.memoryBytes;
  const hasMemory =
    memory <= memoryShare * machine.memoryBytes && next.memoryBytes <= machine.memoryFreeBytes;
  // A number that somebody chose is what they want of the cores.
  const hasCores =
    atOnce !== 'auto' || sum(running.map(({ cores }) => cores)) + next.cores <= machine.cores;
  return hasMemory && hasCores;
}

/** Cores that a run keeps busy: the two directions of an LSTM fill two, however many threads it has. */
export function coresOf(config: RunConfig, cores: number): number {
  const plan = choosePlan(config, cores, 'native');
  return Math.min(cores, hasLstm(config) ? plan.interOpThreads : plan.intraOpThreads);
}

/** How many runs alike train at once. */
export function runsAtOnce(
  demand: Demand,
  machine: Pick<Machine, 'cores' | 'memoryBytes'>,
  atOnce: number | 'auto',
): number {
  const byMemory = Math.floor(
    (memoryShare * machine.memoryBytes) / Math.max(1, demand.memoryBytes),
  );
  const byChoice = atOnce === 'auto' ? Math.floor(machine.cores / demand.cores) : atOnce;
  return Math.max(1, Math.min(byMemory, byChoice));
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
