import { AppError } from '#contract/failure.ts';
import { weightLayout } from '#core/model/weight-layout.ts';
import * as m from '#messages';

import { openSession, type Feed } from './session.ts';
import type { CreateEngine, TensorData } from '../engine.ts';
import { buildModel, logitBranches, nodes } from './model.ts';
import { createPadPrefix } from './pad-prefix.ts';

/** The engine on the native library: one call into it a step. */
export const createNativeEngine: CreateEngine = (config, plan, initial) => {
  const { graph, lanes } = buildModel(config, plan);
  const session = openSession(graph, plan);
  const layout = weightLayout(config);
  const { maxLength } = config;
  const prefix = createPadPrefix(session, config, lanes);
  const branches = logitBranches(config);

  const idsFeed = (ids: Int32Array, count: number): Feed => ({
    shape: [count, maxLength],
    values: ids,
  });
  const readAll = (suffixes: readonly string[]): TensorData[] => {
    const wanted = layout.flatMap(({ name, shape }) =>
      suffixes.map((suffix) => ({ name: `${name}${suffix}`, shape })),
    );
    const values = session.run(
      {},
      wanted.map(({ name }) => nodes.readOf(name)),
    );
    return wanted.map((tensor, index) => ({ ...tensor, values: itemAt(values, index) }));
  };
  const load = (weights: readonly TensorData[], optimizer: readonly TensorData[] = []): void => {
    const given = new Map([...weights, ...optimizer].map((tensor) => [tensor.name, tensor]));
    const feeds: Record<string, Feed> = {};
    for (const { name, shape } of layout) {
      for (const [node, isNeeded] of [
        [name, true],
        [`${name}/m`, false],
        [`${name}/v`, false],
      ] as const) {
        const size = shape.reduce((product, length) => product * length, 1);
        const values = given.get(node)?.values ?? (isNeeded ? undefined : new Float32Array(size));
        if (values?.length !== size) {
          throw new AppError('badInput', m.trainer_weights_do_not_fit({ name: node }));
        }
        feeds[nodes.loadOf(node)] = { shape, values };
      }
    }
    session.run(feeds, [nodes.loaded]);
    prefix.forget();
  };
  load(initial);

  return Promise.resolve({
    backend: 'native' as const,
    // 256 a lane.
    evaluationBatch: 512,
    trainStep({ ids, labels, count }, step) {
      const [metrics] = session.run(
        {
          [nodes.ids]: idsFeed(ids, count),
          [nodes.labels]: { shape: [count], values: labels },
          [nodes.step]: { shape: [], values: Int32Array.of(step) },
        },
        [nodes.metrics],
      );
      prefix.forget();
      const [loss = Number.NaN, correct = 0, gradientNorm = Number.NaN, ...means] = metrics ?? [];
      const brokenLayer = branches[means.findIndex((mean) => !Number.isFinite(mean))] ?? null;
      return { loss, correct, gradientNorm, brokenLayer };
    },
    evaluate({ ids, count }) {
      // Half the reviews a lane; with an odd number one of them is in both.
      const half = Math.ceil(count / 2);
      const second = (count - half) * maxLength;
      const [first, last] = session.run(
        {
          [lanes[0].ids]: idsFeed(ids.subarray(0, half * maxLength), half),
          [lanes[1].ids]: idsFeed(ids.subarray(second, second + half * maxLength), half),
          ...prefix.feeds(ids, half),
        },
        lanes.map(({ logits }) => logits),
      );
      if (first === undefined || last === undefined)
        throw new Error('The evaluation gave nothing.');
      const logits = new Float32Array(count);
      logits.set(first);
      logits.set(last, count - half);
      return logits;
    },
    readWeights: () => readAll(['']),
    readOptimizer: () => readAll(['/m', '/v']),
    load,
    memoryBytes: () => process.memoryUsage.rss(),
    tensorCount: session.tensorCount,
    dispose: session.dispose,
  });
};

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`No item ${index} in a list of ${list.length}.`);
  return item;
}
