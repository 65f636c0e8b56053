import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { loadBinding, type Threads } from './binding.ts';
import { dtypeNumbers, type Graph } from './graph.ts';

export type Feed = Readonly<{ shape: readonly number[]; values: Float32Array | Int32Array }>;

/** A loaded graph with its variables. Two sessions of one graph share nothing. */
export type Session = Readonly<{
  /** Runs what the fetched outputs need. Names are `node` or `node:output`; blocks until done. */
  run: (feeds: Readonly<Record<string, Feed>>, fetches: readonly string[]) => Float32Array[];
  /** Tensors on the native side that nobody has let go; variables do not count. */
  tensorCount: () => number;
  dispose: () => void;
}>;

export function openSession(graph: Graph, threads: Threads): Session {
  const binding = loadBinding(threads);
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-graph-'));
  let sessionId: number | undefined;
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), graph.serialize());
    sessionId = binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  return {
    run(feeds, fetches) {
      if (sessionId === undefined) throw new Error('The session is closed.');
      const names = Object.keys(feeds);
      // The native side looks into the arrays themselves: they stay alive and unchanged, because the call blocks.
      const inputIds = Object.values(feeds).map(({ shape, values }) =>
        binding.createTensor(
          [...shape],
          values instanceof Float32Array ? dtypeNumbers.float32 : dtypeNumbers.int32,
          values,
        ),
      );
      try {
        const outputs = binding.runSavedModel(
          sessionId,
          inputIds,
          names.map(withOutput).join(','),
          fetches.map(withOutput).join(','),
        );
        return outputs.map((output) => {
          const values = binding.tensorDataSync(output.id);
          binding.deleteTensor(output.id);
          if (!(values instanceof Float32Array)) throw new Error('Only float32 can be fetched.');
          return values;
        });
      } finally {
        for (const id of inputIds) binding.deleteTensor(id);
      }
    },
    tensorCount: () => binding.getNumOfTensors(),
    dispose() {
      if (sessionId !== undefined) binding.deleteSavedModel(sessionId);
      sessionId = undefined;
    },
  };
}

const withOutput = (ref: string): string => (ref.includes(':') ? ref : `${ref}:0`);
