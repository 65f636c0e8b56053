import * as tf from '@tensorflow/tfjs';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * Arithmetic on the memory of the wasm backend: what a layer is written with that is faster as one loop than as twenty small
 * operations. Views are cut anew after every allocation, because growing the memory detaches the old ones.
 */
export function wasmBackend(): BackendWasm {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) throw new Error('The wasm backend is not the one in use.');
  return backend;
}

/** Uninitialised float32 memory; give it to `asTensor` or `release` it. */
export function allocate(shape: readonly number[]): tf.TensorInfo {
  return wasmBackend().makeOutput([...shape], 'float32');
}

export function release(...infos: readonly tf.TensorInfo[]): void {
  for (const info of infos) wasmBackend().disposeData(info.dataId);
}

/** Hands memory over to tfjs, which frees it with the scope that is open. */
export function asTensor<R extends tf.Rank>(info: tf.TensorInfo): tf.Tensor<R> {
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor<R>;
}

/** A view of float32 memory, valid until the next allocation. */
export function floats(info: tf.TensorInfo): Float32Array {
  const view = wasmBackend().typedArrayFromHeap(info);
  if (!(view instanceof Float32Array)) throw new Error('Only float32 tensors have such a view.');
  return view;
}

/** A view of int32 memory, valid until the next allocation. */
export function integers(info: tf.TensorInfo): Int32Array {
  const view = wasmBackend().typedArrayFromHeap(info);
  if (!(view instanceof Int32Array)) throw new Error('Only int32 tensors have such a view.');
  return view;
}

/** The same memory under another shape of the same size. */
export function reshaped(info: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  return { dataId: info.dataId, dtype: info.dtype, shape: [...shape] };
}

/**
 * [m, k] x [k, n] -> [m, n]. Never with the backend's transpose flags: those leave XNNPACK for a loop that is thirty times
 * slower (measured at 64 x 16000 x 512).
 */
export function multiply(a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  return runKernel('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
}

/** [m, n] -> [n, m] */
export function transposed(x: tf.TensorInfo): tf.TensorInfo {
  return runKernel('Transpose', { x }, { perm: [1, 0] });
}

function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: tf.NamedAttrMap,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, 'wasm');
  const output = kernel.kernelFunc({ inputs, attrs, backend: wasmBackend() });
  if (Array.isArray(output)) throw new Error(`${name} has one output.`);
  return output;
}
