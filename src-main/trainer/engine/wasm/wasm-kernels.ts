import { createRequire } from 'node:module';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

import { conv2DBackpropFilter, conv2DBackpropInput } from './wasm-kernels-convolution.ts';
import { wasmBackend } from './wasm-kernels-heap.ts';
import { unsortedSegmentSum } from './wasm-kernels-segment-sum.ts';

let opening: Promise<void> | undefined;

/**
 * Makes tfjs compute with its wasm backend, completed by the kernels that training needs. The binaries come from the installed
 * package; nothing is fetched.
 */
export async function openWasm(): Promise<void> {
  opening ??= register();
  await opening;
  if (tf.getBackend() !== 'wasm') await tf.setBackend('wasm');
}

async function register(): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(path.dirname(resolve('@tensorflow/tfjs-backend-wasm')) + path.sep);
  const isReady = await tf.setBackend('wasm');
  if (!isReady) {
    throw new AppError('unavailable', m.trainer_wasm_not_started());
  }
  // The backend has none for the first two. Its own third one multiplies every zero, and after a global maximum nearly all
  // gradients are zero.
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  for (const kernel of [unsortedSegmentSum, conv2DBackpropFilter, conv2DBackpropInput]) {
    tf.registerKernel(kernel);
  }
  refuseToRunOutOfMemory();
}

/**
 * Unguarded, the backend goes on at address 0, over its own data, when memory cannot grow; and pieces of 2 GB or more are negative
 * to its allocator, which then hands out the same memory twice.
 */
function refuseToRunOutOfMemory(): void {
  const wasm = wasmBackend().wasm as unknown as MemoryFunctions;
  // The first call of each puts the compiled function in its own place.
  wasm._free(wasm._malloc(1));
  const allocateBytes = wasm._malloc.bind(wasm);
  wasm._malloc = (byteCount: number): number => {
    const offset = byteCount < 2 ** 31 ? allocateBytes(byteCount) : 0;
    if (offset === 0 && byteCount > 0) {
      throw new AppError('unavailable', m.trainer_wasm_memory());
    }
    return offset;
  };
}

type MemoryFunctions = {
  _malloc: (byteCount: number) => number;
  _free: (offset: number) => void;
};
