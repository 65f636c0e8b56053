import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

/** A tensor on the native side; its memory stays until `deleteTensor`. */
export type TensorInfo = Readonly<{ id: number; shape: number[]; dtype: number }>;

/** The part of tfjs-node's N-API binding that this project uses. Every call blocks until it is done. */
export type Binding = Readonly<{
  TF_Version: string;
  createTensor: (shape: number[], dtype: number, values: Float32Array | Int32Array) => number;
  deleteTensor: (id: number) => void;
  /** Tensors that wait for `deleteTensor`, in the whole process. */
  getNumOfTensors: () => number;
  tensorDataSync: (id: number) => Float32Array | Int32Array | Uint8Array;
  loadSavedModel: (folder: string, tags: string) => number;
  deleteSavedModel: (id: number) => void;
  runSavedModel: (
    id: number,
    inputIds: readonly number[],
    inputNames: string,
    outputNames: string,
  ) => TensorInfo[];
}>;

export type Threads = Readonly<{ intraOpThreads: number; interOpThreads: number }>;

/** Whether set-up has put a native library in place. A dangling link counts as missing. */
export const hasNativeBinding = (): boolean => existsSync(bindingPath());

/**
 * Loads the native library once a process. TensorFlow reads its thread counts from the environment when it starts, so the first
 * call decides them for the life of the process; a later call with other counts throws, because they change the last bits.
 */
export function loadBinding(threads: Threads): Binding {
  if (loaded !== undefined) {
    const { intraOpThreads, interOpThreads } = loaded.threads;
    if (intraOpThreads !== threads.intraOpThreads || interOpThreads !== threads.interOpThreads) {
      throw new AppError(
        'internal',
        m.trainer_other_threads({ intra: intraOpThreads, inter: interOpThreads }),
      );
    }
    return loaded.binding;
  }
  if (!hasNativeBinding()) {
    throw new AppError('unavailable', m.trainer_no_native());
  }
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads.intraOpThreads);
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads.interOpThreads);
  // The library itself, not tfjs-node's index: that would load all of tfjs, and an installer with it.
  const binding = nodeRequire(bindingPath()) as Binding;
  loaded = { binding, threads };
  return binding;
}

/** tfjs-node's generated protobuf classes (google-protobuf style: setters, and maps with get and set). */
export const protobuf = (): unknown => nodeRequire('@tensorflow/tfjs-node/dist/proto/api_pb.js');

const nodeRequire = createRequire(import.meta.url);
let loaded: { binding: Binding; threads: Threads } | undefined;

function bindingPath(): string {
  const packageFile = nodeRequire.resolve('@tensorflow/tfjs-node/package.json');
  return path.join(path.dirname(packageFile), 'lib', 'napi-v8', 'tfjs_binding.node');
}
