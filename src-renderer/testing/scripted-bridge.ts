import type { CallInput, CallName, CallOutput, EventName } from '#contract/index.ts';
import type { Failure, Result } from '#contract/failure.ts';
import { defaultSettings, type Settings } from '#contract/settings.ts';

import type { Bridge, ConnectionState } from '../bridge/bridge.ts';

type Answer<N extends CallName> = CallOutput<N> | Failure;
type Answers = { [N in CallName]?: (input: CallInput<N>) => Answer<N> | Promise<Answer<N>> };

export type ScriptedBridge = Bridge &
  Readonly<{
    /** Every call so far, in order. */
    calls: { name: CallName; input: unknown }[];
    inputsOf: <N extends CallName>(name: N) => CallInput<N>[];
    emit: (name: EventName, payload?: unknown) => void;
    connection: (state: ConnectionState) => void;
  }>;

/** A bridge that answers from a table; what is not in it answers as an empty home does. */
export function scriptedBridge(answers: Answers = {}): ScriptedBridge {
  const calls: ScriptedBridge['calls'] = [];
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const watchers = new Set<(state: ConnectionState) => void>();
  const table: Answers = { ...emptyHome, ...answers };
  return {
    calls,
    inputsOf: (name) =>
      calls.filter((call) => call.name === name).map((call) => call.input as never),
    async call(name, input) {
      calls.push({ name, input });
      const answer = table[name];
      if (answer === undefined) throw new Error(`The test has no answer to ${name}.`);
      const value = await Promise.resolve(answer(input as never));
      return (
        isFailure(value) ? { ok: false, failure: value } : { ok: true, value }
      ) as Result<never>;
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    emit(name, payload = {}) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
    onConnection(listener) {
      listener('open');
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    pathOf: () => null,
    connection(state) {
      for (const watch of watchers) watch(state);
    },
  };
}

const emptyHome: Answers = {
  'home.state': () => ({ isOpen: true, problems: [] }),
  'backups.list': () => [],
  'example.state': () => ({ isHere: false }),
  'experiments.answers': () => [],
  'jobs.list': () => [],
  'outsideCurves.list': () => [],
  'runs.list': () => [],
  'reports.list': () => [],
  'datasets.list': () => [],
  'queue.get': () => ({
    isPaused: false,
    isServed: true,
    runs: [],
    atOnce: 1,
    secondsLeft: [0, 0],
  }),
  'runs.baselines': () => [],
  'slurm.state': () => ({ isHere: false, partitions: [], lastOptions: null, problem: null }),
  'experiments.get': ({ experimentId }) => ({
    kind: 'notFound',
    message: `There is no experiment "${experimentId}".`,
  }),
  'transplants.get': () => null,
  'transplants.list': () => [],
  'settings.get': () => defaultSettings,
  'settings.set': (change) => ({ ...defaultSettings, ...change }) as Settings,
  'system.info': () => ({
    backend: 'native',
    backendReason: null,
    tensorflow: '2.18.1',
    tfjs: '4.22.0',
    node: '24.21.0',
    sqlite: '3.53.0',
    electron: null,
    twofold: '0.1.0',
    threads: 2,
    memoryBytes: 16e9,
    memoryFreeBytes: 12e9,
    diskFreeBytes: 77e9,
    snapshotBytes: 123e6,
    home: '/home/test',
  }),
};

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'kind' in value && 'message' in value;
}
