import * as tf from '@tensorflow/tfjs';

import { allocate, floats } from './wasm-kernels-heap.ts';

/**
 * Gradients of a convolution, [batch, height, width, channels] only. Both walk over the output's gradient and skip its zeros:
 * behind a global maximum one position in `height * width` has a gradient at all.
 */
export const conv2DBackpropFilter: tf.KernelConfig = {
  kernelName: 'Conv2DBackpropFilter',
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const { filterShape, ...options } = attrs as unknown as FilterAttributes;
    const info = geometry(x.shape, filterShape, options);
    const output = allocate(filterShape);
    const values = floats(x);
    // [kh, kw, F, C] here: the channels of a window are added to neighbours in memory.
    const sums = new Float64Array(floats(output).length);
    forEachWindow(info, floats(dy), (gradient, from, tap, channel) => {
      const to = (tap * info.outChannels + channel) * info.inChannels;
      for (let c = 0; c < info.inChannels; c += 1) {
        sums[to + c] = (sums[to + c] ?? 0) + gradient * (values[from + c] ?? 0);
      }
    });
    swapLastAxes(sums, floats(output), info.outChannels, info.inChannels);
    return output;
  },
};

export const conv2DBackpropInput: tf.KernelConfig = {
  kernelName: 'Conv2DBackpropInput',
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
    const { inputShape, ...options } = attrs as unknown as InputAttributes;
    const info = geometry(inputShape, filter.shape, options);
    const output = allocate(inputShape);
    const weights = new Float32Array(floats(filter).length);
    swapLastAxes(floats(filter), weights, info.inChannels, info.outChannels);
    const sums = floats(output).fill(0);
    forEachWindow(info, floats(dy), (gradient, to, tap, channel) => {
      const from = (tap * info.outChannels + channel) * info.inChannels;
      for (let c = 0; c < info.inChannels; c += 1) {
        sums[to + c] = (sums[to + c] ?? 0) + gradient * (weights[from + c] ?? 0);
      }
    });
    return output;
  },
};

type ConvolutionOptions = Readonly<{
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}>;
type FilterAttributes = ConvolutionOptions &
  Readonly<{ filterShape: [number, number, number, number] }>;
type InputAttributes = ConvolutionOptions &
  Readonly<{ inputShape: [number, number, number, number] }>;
type Geometry = tf.backend_util.Conv2DInfo;

function geometry(
  inputShape: number[],
  filterShape: number[],
  options: ConvolutionOptions,
): Geometry {
  if (options.dataFormat !== 'NHWC')
    throw new Error('Only channels-last convolutions have gradients here.');
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    options.strides,
    1,
    options.pad,
    options.dimRoundingMode,
    false,
    'channelsLast',
  );
}

/**
 * Calls back for every gradient but zero and every input position under its window: the gradient, where the position's channels
 * begin in the input, the tap (row-major place in the filter) and the output channel.
 */
function forEachWindow(
  info: Geometry,
  gradients: Float32Array,
  visit: (gradient: number, inputOffset: number, tap: number, outChannel: number) => void,
): void {
  const {
    outHeight,
    outWidth,
    outChannels,
    inHeight,
    inWidth,
    inChannels,
    filterHeight,
    filterWidth,
  } = info;
  const positions = info.batchSize * outHeight * outWidth;
  for (let position = 0; position < positions; position += 1) {
    const column = position % outWidth;
    const row = Math.floor(position / outWidth) % outHeight;
    const sample = Math.floor(position / (outWidth * outHeight));
    const top = row * info.strideHeight - info.padInfo.top;
    const left = column * info.strideWidth - info.padInfo.left;
    for (let channel = 0; channel < outChannels; channel += 1) {
      const gradient = gradients[position * outChannels + channel] ?? 0;
      if (gradient === 0) continue;
      for (let kh = Math.max(0, -top); kh < Math.min(filterHeight, inHeight - top); kh += 1) {
        for (let kw = Math.max(0, -left); kw < Math.min(filterWidth, inWidth - left); kw += 1) {
          const place = (sample * inHeight + top + kh) * inWidth + left + kw;
          visit(gradient, place * inChannels, kh * filterWidth + kw, channel);
        }
      }
    }
  }
}

/** [..., rows, columns] -> [..., columns, rows] */
function swapLastAxes(
  from: Float32Array | Float64Array,
  to: Float32Array,
  rows: number,
  columns: number,
): void {
  for (let offset = 0; offset < from.length; offset += rows * columns) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        to[offset + column * rows + row] = from[offset + row * columns + column] ?? 0;
      }
    }
  }
}
