import type { Plan } from '#contract/run.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { convPositions, embeddingBranches, hasCnn, hasLstm } from '#core/model/shapes.ts';
import { embeddingName, weightLayout } from '#core/model/weight-layout.ts';

import { createGraph, type Graph, type Tensor } from './graph.ts';
import { tensorOps, type Ops } from './tensor-ops.ts';
import { applyAdam, type AdamVariable } from './ops/adam.ts';
import { chunksOf, reversedSteps } from './ops/chunks.ts';
import { convMax, convMaxGradient, type ConvMax, type ConvShape } from './ops/conv-max.ts';
import { dropoutMask } from './ops/dropout.ts';
import { lookedUpSequence, tableGradient, wholeSequence, type Sequence } from './ops/embedding.ts';
import {
  flattenDense,
  flattenDenseGradient,
  flattenDenseInputGradient,
} from './ops/flatten-dense.ts';
import { fusedLstm, type LstmChunk, type LstmForm, type LstmWeights } from './ops/lstm.ts';
import { plainLstm } from './ops/lstm-plain.ts';

/** What a session of the model's graph is fed and asked for. `W` stands for a weight's name. */
export const nodes = {
  /** int32 [B, T], row-major as the reviews come. */
  ids: 'ids',
  /** float32 [B] */
  labels: 'labels',
  /** int32 scalar, from 1 */
  step: 'step',
  /**
   * [3 + branches]: mean loss, correct, gradient norm, then the mean logit of each of `logitBranches`. Fetching it makes one step
   * of training.
   */
  metrics: 'train/metrics',
  /** Feeds of `loaded`, which sets every weight and moment. */
  loadOf: (variable: string) => `load/${variable}`,
  loaded: 'load/done',
  readOf: (variable: string) => `read/${variable}`,
  /** Gradient of W as Adam gets it; for tests. */
  gradientOf: (weight: string) => `gradient/${weight}`,
} as const;

/**
 * Evaluation takes two batches at a time, of as many reviews as each has: with its leading pads skipped, the LSTM's forward direction
 * is much shorter than the backward one, and two batches keep two threads busy where one does not.
 */
export type Lane = Readonly<{
  /** Node to feed, int32 [B, T]. */
  ids: string;
  /** Node to fetch, [B]. */
  logits: string;
  boundaries: readonly Boundary[];
}>;

/**
 * Where an evaluation may start late: boundary `b` is after `b` chunks of the LSTM's forward direction. The four tensors may be
 * fed with what leading pads leave, which is the same for every review; then nothing before the boundary is computed.
 */
export type Boundary = Readonly<{
  /** Time steps before the boundary. */
  steps: number;
  /** Refs: [B, H], [B, H], [B, 1]; null without that branch. */
  lstm: Readonly<{ cell: string; output: string; sum: string }> | null;
  /** Ref: [B, F] */
  conv: string | null;
}>;

/** The lanes have the same boundaries. */
export type ModelGraph = Readonly<{ graph: Graph; lanes: readonly [Lane, Lane] }>;

/** The layers that end in the logit, in the order of `nodes.metrics`: where one is not finite, the forward pass broke there. */
export const logitBranches = (config: RunConfig): readonly string[] => [
  ...(hasCnn(config) ? ['conv'] : []),
  ...(hasLstm(config) ? ['lstm/forward', 'lstm/backward'] : []),
];

/** Numbers of the masks of a step; they never change, because they decide the draws. */
export const maskNumbers = { cnn: 0, lstm: 1, shared: 0, dense: 2 } as const;

/** The whole training step and the whole evaluation of a configuration as one graph over variables that live in its session. */
export function buildModel(config: RunConfig, plan: Plan): ModelGraph {
  const g = tensorOps(createGraph());
  const layout = weightLayout(config);
  const variables = new Map<string, AdamVariable>(
    layout.map(({ name, shape }) => [
      name,
      {
        value: g.variable(name, shape),
        m: g.variable(`${name}/m`, shape),
        v: g.variable(`${name}/v`, shape),
      },
    ]),
  );
  for (const { name } of layout) {
    const { value, m, v } = valueOf(variables, name);
    g.read(value, nodes.readOf(name));
    g.read(m, nodes.readOf(`${name}/m`));
    g.read(v, nodes.readOf(`${name}/v`));
  }
  buildLoad(g, layout, variables);

  const ids = g.placeholder(nodes.ids, 'int32', [-1, config.maxLength]);
  const labels = g.placeholder(nodes.labels, 'float32', [-1]);
  const step = g.placeholder(nodes.step, 'int32', []);
  const context = { g, config, plan, variables };

  g.scope('train', () => {
    buildTraining({ ...context, ...timeMajor(g, ids) }, labels, step);
  });
  const lane = (name: string): Lane => g.scope(name, () => buildEvaluation(context, name));
  return { graph: g.graph, lanes: [lane('evaluate'), lane('evaluate2')] };
}

/** From rows [B, T] to steps [T, B], which everything after works on. */
const timeMajor = (g: Ops, ids: Tensor): Pick<Context, 'batch' | 'times'> => ({
  batch: g.row(g.shapeOf(ids), 0),
  times: g.transpose(ids, [1, 0]),
});

type Context = Readonly<{
  g: Ops;
  config: RunConfig;
  plan: Plan;
  variables: ReadonlyMap<string, AdamVariable>;
  /** int32 scalar */
  batch: Tensor;
  /** [T, B] */
  times: Tensor;
}>;

type Weights = (name: string) => Tensor;

function buildTraining(context: Context, labels: Tensor, step: Tensor): void {
  const { g, config, variables, batch, times } = context;
  const { maxLength, embeddingDim, numWords, seed } = config;
  const weights = readAll(context);
  const rate = config.embeddingDropout;

  // Embedding and its dropout: [T, B, E] for each table.
  type Embedded = Readonly<{ x: Tensor; mask: Tensor | null }>;
  const embedded = new Map<'cnn' | 'lstm' | 'shared', Embedded>(
    embeddingBranches(config).map((branch) => {
      const rows = g.gather(weights(embeddingName(branch)), times);
      if (rate === 0) return [branch, { x: rows, mask: null }];
      const mask = dropoutMask(g, g.shapeOf(rows), rate, { seed, step, mask: maskNumbers[branch] });
      return [branch, { x: g.mul(rows, mask), mask }];
    }),
  );
  const embeddedOf = (branch: 'cnn' | 'lstm'): Embedded & { table: 'cnn' | 'lstm' | 'shared' } => {
    const own = embedded.get(branch);
    return own === undefined
      ? { ...valueOf(embedded, 'shared'), table: 'shared' }
      : { ...own, table: branch };
  };

  const parts = forward(context, weights, {
    cnn: () => wholeSequence(g, embeddedOf('cnn').x, maxLength),
    lstm: () => wholeSequence(g, embeddedOf('lstm').x, maxLength),
    denseMask: (shape) =>
      config.denseDropout === 0
        ? null
        : dropoutMask(g, shape, config.denseDropout, { seed, step, mask: maskNumbers.dense }),
    withWinners: true,
  });
  const logits = g.reshape(parts.logits, [-1]);

  // Binary cross-entropy from logits: max(x, 0) - x y + log(1 + exp(-|x|)).
  const losses = g.add(
    g.sub(g.relu(logits), g.mul(logits, labels)),
    g.log1p(g.exp(g.neg(g.abs(logits)))),
  );
  const loss = g.mean(losses, [0]);
  const isHit = g.equal(
    g.cast(g.greater(logits, g.float(0)), 'int32'),
    g.cast(g.greater(labels, g.float(0.5)), 'int32'),
  );
  const correct = g.sum(g.cast(isHit, 'float32'), [0]);
  const dLogit = g.reshape(
    g.div(g.sub(g.sigmoid(logits), labels), g.cast(batch, 'float32')),
    [-1, 1],
  );

  const gradients = new Map<string, Tensor>();
  gradients.set('output/bias', g.sum(dLogit, [0]));
  const outputGradients: Tensor[] = [];
  const flatIds = g.reshape(times, [-1]);
  // Each branch adds its own to the table it reads: one term, or two for a shared table.
  const tableGradients = new Map<'cnn' | 'lstm' | 'shared', Tensor[]>(
    embeddingBranches(config).map((branch) => [branch, []]),
  );

  if (parts.lstm !== null) {
    const { chunks, directions } = parts.lstm;
    const results = directions.map(({ name, form, tape, outputWeights, weights: own }) =>
      g.scope(`lstm-${name}-gradient`, () => {
        const result = form.backward(
          g,
          tape,
          own,
          (index) =>
            flattenDenseInputGradient(g, dLogit, outputWeights, {
              ...itemAt(chunks, index),
              units: config.hiddenUnits,
            }),
          { inputs: embeddingDim, units: config.hiddenUnits },
        );
        gradients.set(`lstm/${name}/kernel`, result.kernel);
        gradients.set(`lstm/${name}/recurrent`, result.recurrent);
        gradients.set(`lstm/${name}/bias`, result.bias);
        const dOutputWeights = flattenDenseGradient(
          g,
          tape.map(({ h }) => h),
          dLogit,
          config.hiddenUnits,
        );
        return { input: g.concat(result.inputs, 0), outputWeights: dOutputWeights };
      }),
    );
    const [ahead, back] = [itemAt(results, 0), itemAt(results, 1)];
    const backwards = g.ints(reversedSteps(maxLength));
    const dx = g.add(ahead.input, g.gather(back.input, backwards));
    const { mask, table } = embeddedOf('lstm');
    const dRows = g.reshape(mask === null ? dx : g.mul(dx, mask), [-1, embeddingDim]);
    valueOf(tableGradients, table).push(tableGradient(g, dRows, flatIds, numWords));
    // [T, 2H] -> [T * 2H, 1]
    outputGradients.push(
      g.reshape(
        g.concat([ahead.outputWeights, g.gather(back.outputWeights, backwards)], 1),
        [-1, 1],
      ),
    );
  }

  if (parts.cnn !== null) {
    const { conv, dense, features, outputWeights } = parts.cnn;
    outputGradients.unshift(g.matMul(features, dLogit, { transposeA: true }));
    let dFeatures = g.matMul(dLogit, outputWeights, { transposeB: true });
    if (dense !== null) {
      const { activated, mask } = dense;
      const dActivated = mask === null ? dFeatures : g.mul(dFeatures, mask);
      const dDense = g.mul(dActivated, g.cast(g.greater(activated, g.float(0)), 'float32'));
      gradients.set('cnnDense/kernel', g.matMul(conv.features, dDense, { transposeA: true }));
      gradients.set('cnnDense/bias', g.sum(dDense, [0]));
      dFeatures = g.matMul(dDense, weights('cnnDense/kernel'), { transposeB: true });
    }
    const { x, mask, table } = embeddedOf('cnn');
    const result = g.scope('conv-gradient', () =>
      convMaxGradient(
        g,
        {
          dFeatures,
          forward: conv,
          x,
          mask,
          ids: flatIds,
          kernel: weights('conv/kernel'),
          numWords,
        },
        convShape(context),
      ),
    );
    gradients.set('conv/kernel', result.kernel);
    gradients.set('conv/bias', result.bias);
    valueOf(tableGradients, table).push(result.table);
  }
  gradients.set('output/kernel', g.concat(outputGradients, 0));

  for (const [branch, terms] of tableGradients) {
    gradients.set(embeddingName(branch), g.addAll(terms));
  }

  const norm = g.sqrt(
    g.mul(g.float(2), g.addAll([...gradients.values()].map((gradient) => g.halfSquares(gradient)))),
  );
  const scale = clipScale(g, norm, config.clipNorm);
  const updates = [...variables].map(([name, variable]) => {
    const gradient = valueOf(gradients, name);
    const scaled = scale === null ? gradient : g.mul(gradient, scale);
    return { variable, gradient: g.identity(scaled, [], nodes.gradientOf(name)) };
  });
  // No weight may change before every gradient that reads it is there.
  const barrier = g.barrier([norm, ...updates.map(({ gradient }) => gradient)]);
  const applied = applyAdam(g, updates, {
    step,
    learningRate: config.learningRate,
    after: [barrier],
  });
  // Read after the sum: see `addAll`.
  const branches = parts.terms.map((term) => g.mean(g.identity(term, [parts.logits]), [0, 1]));
  g.identity(g.stack([loss, correct, norm, ...branches]), applied, nodes.metrics);
}

function buildEvaluation(shared: Omit<Context, 'batch' | 'times'>, name: string): Lane {
  const { g, config, plan } = shared;
  const ids = g.placeholder(`${name}/ids`, 'int32', [-1, config.maxLength]);
  const context = { ...shared, ...timeMajor(g, ids) };
  const { times } = context;
  const weights = readAll(context);
  const tableOf = (branch: 'cnn' | 'lstm'): Tensor => {
    const name = embeddingBranches(config).includes(branch) ? branch : 'shared';
    return weights(embeddingName(name));
  };
  const parts = forward(context, weights, {
    cnn: () => lookedUpSequence(g, tableOf('cnn'), times, config.maxLength),
    lstm: () => lookedUpSequence(g, tableOf('lstm'), times, config.maxLength),
    denseMask: () => null,
    withWinners: false,
  });
  const logits = `${name}/logits`;
  g.identity(g.reshape(parts.logits, [-1]), [], logits);
  const { lstmChunk } = plan;
  const ahead = parts.lstm?.directions[0];
  const boundaries = chunksOf(config.maxLength, lstmChunk)
    .slice(0, -1)
    .flatMap(({ begin, size }, index) => {
      const steps = begin + size;
      // The convolution has a boundary there too, or no branch skips anything.
      const isConvBoundary = steps % plan.convChunk === 0 && steps < convPositions(config);
      if (parts.cnn !== null && !isConvBoundary) return [];
      const state = ahead?.tape[index]?.after;
      const sum = ahead?.sums[index];
      const maximum = parts.cnn?.conv.maxima[steps / plan.convChunk - 1];
      return {
        steps,
        lstm:
          state === undefined || sum === undefined
            ? null
            : { cell: state.cell.ref, output: state.output.ref, sum: sum.ref },
        conv: maximum?.ref ?? null,
      };
    });
  return { ids: ids.ref, logits, boundaries };
}

type Direction = Readonly<{
  name: 'forward' | 'backward';
  form: LstmForm;
  weights: LstmWeights;
  tape: readonly LstmChunk[];
  /** [T, H] in the order in which the direction runs. */
  outputWeights: Tensor;
  /** [B, 1] after each chunk. */
  sums: readonly Tensor[];
}>;
type Parts = Readonly<{
  /** [B, 1] */
  logits: Tensor;
  /** What each of `logitBranches` adds to the logits, [B, 1]. */
  terms: readonly Tensor[];
  lstm: Readonly<{
    chunks: ReturnType<typeof chunksOf>;
    directions: readonly Direction[];
  }> | null;
  cnn: Readonly<{
    conv: ConvMax;
    dense: Readonly<{ activated: Tensor; mask: Tensor | null }> | null;
    features: Tensor;
    outputWeights: Tensor;
  }> | null;
}>;

/** Both branches up to the logits, for training (dropped-out inputs) and evaluation alike. */
function forward(
  context: Context,
  weights: Weights,
  inputs: Readonly<{
    cnn: () => Sequence;
    lstm: () => Sequence;
    denseMask: (shape: Tensor) => Tensor | null;
    withWinners: boolean;
  }>,
): Parts {
  const { g, config } = context;
  const cnnWidth = !hasCnn(config)
    ? 0
    : config.cnnHead === 'dense'
      ? config.hiddenUnits
      : config.filters;
  const outputKernel = weights('output/kernel');
  const lstm = hasLstm(config)
    ? lstmForward(context, weights, inputs.lstm(), g.slice(outputKernel, [cnnWidth, 0], [-1, -1]))
    : null;
  // The convolution starts when both directions are done: they are chains that fill one core each, its chunks fill both.
  const lastStates = lstm?.directions.map((direction) =>
    itemAt(direction.sums, direction.sums.length - 1),
  );
  const cnn = hasCnn(config)
    ? cnnForward(
        context,
        weights,
        inputs,
        g.slice(outputKernel, [0, 0], [cnnWidth, -1]),
        lastStates ?? [],
      )
    : null;
  const terms = [
    ...(cnn === null ? [] : [g.matMul(cnn.features, cnn.outputWeights)]),
    ...(lastStates ?? []),
  ];
  return { logits: g.biasAdd(g.addAll(terms), weights('output/bias')), terms, lstm, cnn };
}

function lstmForward(
  { g, config, plan, batch }: Context,
  weights: Weights,
  x: Sequence,
  outputKernel: Tensor,
): NonNullable<Parts['lstm']> {
  const { maxLength, hiddenUnits, embeddingDim } = config;
  const chunks = chunksOf(maxLength, plan.lstmChunk);
  const form = plan.lstmBackward === 'unrolled' ? plainLstm : fusedLstm(plan.lstmBackward);
  const zeros = g.fill(g.stack([batch, g.int(hiddenUnits)]), g.float(0));
  const [aheadWeights, backWeights] = g.split(
    g.reshape(outputKernel, [maxLength, 2 * hiddenUnits]),
    2,
    1,
  );
  if (!aheadWeights || !backWeights) throw new Error('A BiLSTM has two directions.');
  const outputWeights = {
    forward: aheadWeights,
    backward: g.gather(backWeights, g.ints(reversedSteps(maxLength))),
  };
  const directions = (['forward', 'backward'] as const).map((name) =>
    g.scope(`lstm-${name}`, () => {
      const own = {
        kernel: weights(`lstm/${name}/kernel`),
        recurrent: weights(`lstm/${name}/recurrent`),
        bias: weights(`lstm/${name}/bias`),
      };
      const tape = form.forward(
        g,
        chunks.map((chunk) => ({
          x: name === 'forward' ? x.rows(chunk) : x.reversedRows(chunk),
          size: chunk.size,
        })),
        own,
        { cell: zeros, output: zeros },
        { inputs: embeddingDim, units: hiddenUnits },
      );
      const sums = flattenDense(
        g,
        tape.map(({ h }) => h),
        outputWeights[name],
        { length: maxLength, units: hiddenUnits, chunk: plan.lstmChunk },
      );
      return { name, form, weights: own, tape, outputWeights: outputWeights[name], sums };
    }),
  );
  return { chunks, directions };
}

function cnnForward(
  context: Context,
  weights: Weights,
  inputs: Parameters<typeof forward>[2],
  outputWeights: Tensor,
  after: readonly Tensor[],
): NonNullable<Parts['cnn']> {
  const { g, config } = context;
  const conv = g.scope('conv', () =>
    convMax(
      g,
      inputs.cnn(),
      { kernel: weights('conv/kernel'), bias: weights('conv/bias') },
      convShape(context),
      { withWinners: inputs.withWinners, after },
    ),
  );
  if (config.cnnHead === 'none') {
    return { conv, dense: null, features: conv.features, outputWeights };
  }
  const activated = g.relu(
    g.biasAdd(g.matMul(conv.features, weights('cnnDense/kernel')), weights('cnnDense/bias')),
  );
  const mask = inputs.denseMask(g.shapeOf(activated));
  const features = mask === null ? activated : g.mul(activated, mask);
  return { conv, dense: { activated, mask }, features, outputWeights };
}

const convShape = ({ config, plan }: Context): ConvShape => ({
  length: config.maxLength,
  positions: convPositions(config),
  kernelSize: config.kernelSize,
  filters: config.filters,
  embeddingDim: config.embeddingDim,
  chunk: plan.convChunk,
});

/** What every gradient is multiplied by so that all together are no longer than clipNorm (Keras's `global_clipnorm`). */
function clipScale(g: Ops, norm: Tensor, clipNorm: RunConfig['clipNorm']): Tensor | null {
  if (clipNorm === 'none') return null;
  const scale = g.div(g.float(clipNorm), g.maximum(norm, g.float(clipNorm)));
  // A norm that is not finite would break every weight; like this only those whose gradient is broken, and they can be named.
  return g.select(g.greater(g.float(LARGEST_FLOAT), norm), scale, g.float(1));
}

const LARGEST_FLOAT = 3.4e38;

/** Reads every weight once for one pass. */
function readAll({ g, variables }: Context): Weights {
  const values = new Map([...variables].map(([name, { value }]) => [name, g.read(value)]));
  return (name) => valueOf(values, name);
}

function buildLoad(
  g: Ops,
  layout: ReturnType<typeof weightLayout>,
  variables: ReadonlyMap<string, AdamVariable>,
): void {
  const assigned = layout.flatMap(({ name, shape }) => {
    const { value, m, v } = valueOf(variables, name);
    return [[name, value] as const, [`${name}/m`, m] as const, [`${name}/v`, v] as const].map(
      ([node, variable]) => g.assign(variable, g.placeholder(nodes.loadOf(node), 'float32', shape)),
    );
  });
  g.identity(g.float(1), assigned, nodes.loaded);
}

function valueOf<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`The model has no "${String(key)}".`);
  return value;
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`No item ${index} in a list of ${list.length}.`);
  return item;
}
