import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';

import type * as Tf from '@tensorflow/tfjs';

import type { RunConfig } from '../../src-main/contract/run-config.ts';
import { answer } from './worker.ts';

/* Times tfjs-layers as tfjs-node ships it, on the same native library. Arguments: configuration, folder of the reviews. */

const [configText = '{}', folder = ''] = process.argv.slice(2);
const config = JSON.parse(configText) as RunConfig;
const { maxLength, numWords, embeddingDim, hiddenUnits, filters, kernelSize, batchSize } = config;
const tf = loadTfjsNode();
const { layers } = tf;

const ids = tf.input({ shape: [maxLength], dtype: 'int32' });
const embedded = (): Tf.SymbolicTensor => {
  const rows = layers.embedding({ inputDim: numWords, outputDim: embeddingDim }).apply(ids);
  return layers.dropout({ rate: config.embeddingDropout }).apply(rows) as Tf.SymbolicTensor;
};
const forLstm = embedded();
const forCnn = config.embedding === 'separate' ? embedded() : forLstm;
const convolution = layers.conv1d({
  filters,
  kernelSize,
  padding: config.convPadding,
  activation: 'relu',
});
let cnn = layers.globalMaxPooling1d({}).apply(convolution.apply(forCnn)) as Tf.SymbolicTensor;
if (config.cnnHead === 'dense') {
  const dense = layers.dense({ units: hiddenUnits, activation: 'relu' }).apply(cnn);
  cnn = layers.dropout({ rate: config.denseDropout }).apply(dense) as Tf.SymbolicTensor;
}
// Drawing an orthogonal matrix takes tfjs minutes; how a weight starts does not matter to the time of a step.
const lstm = layers.lstm({
  units: hiddenUnits,
  returnSequences: true,
  recurrentInitializer: 'glorotUniform',
});
const sequence = layers.bidirectional({ layer: lstm, mergeMode: 'concat' }).apply(forLstm);
const flat = layers.flatten().apply(sequence) as Tf.SymbolicTensor;
const output = layers
  .dense({ units: 1, activation: 'sigmoid' })
  .apply(layers.concatenate().apply([cnn, flat]));
const model = tf.model({ inputs: ids, outputs: output as Tf.SymbolicTensor });
model.compile({
  optimizer: tf.train.adam(config.learningRate),
  loss: 'binaryCrossentropy',
  metrics: ['accuracy'],
});

const idsOf = (split: string): Int32Array => new Int32Array(bufferOf(`${split}.ids`));
const [trainIds, testIds] = [idsOf('train'), idsOf('test')];
const trainLabels = new Float32Array(bufferOf('train.labels'));
const rowsOf = (all: Int32Array, begin: number, count: number): Tf.Tensor2D =>
  tf.tensor2d(
    all.subarray(begin * maxLength, (begin + count) * maxLength),
    [count, maxLength],
    'int32',
  );
const available = Math.floor(trainLabels.length / batchSize);
let step = 0;

await answer(
  { tfjs: tf.version.tfjs },
  {
    async train(steps) {
      for (let done = 0; done < steps; done += 1) {
        const begin = (step % available) * batchSize;
        step += 1;
        const x = rowsOf(trainIds, begin, batchSize);
        const y = tf.tensor2d(trainLabels.subarray(begin, begin + batchSize), [batchSize, 1]);
        await model.trainOnBatch(x, y);
        tf.dispose([x, y]);
      }
      return steps * batchSize;
    },
    evaluate(rows) {
      const x = rowsOf(testIds, 0, rows);
      const y = model.predict(x, { batchSize: 256 }) as Tf.Tensor;
      y.dataSync();
      tf.dispose([x, y]);
      return rows;
    },
  },
);

function bufferOf(name: string): ArrayBuffer {
  const bytes = readFileSync(path.join(folder, name));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** tfjs-node asks its installer where the library is, and needs two functions that Node 23 took away. */
function loadTfjsNode(): typeof Tf {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  const require = createRequire(import.meta.url);
  const home = path.dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
  const binding = path.join(home, 'lib', 'napi-v8', 'tfjs_binding.node');
  type Load = (id: string, ...rest: unknown[]) => unknown;
  const loader = require('node:module') as { _load: Load };
  const load = loader._load;
  loader._load = (id, ...rest) =>
    id === '@mapbox/node-pre-gyp' ? { find: () => binding } : load(id, ...rest);
  try {
    return require('@tensorflow/tfjs-node') as typeof Tf;
  } finally {
    loader._load = load;
  }
}
