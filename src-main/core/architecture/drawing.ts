import type { LayerKind } from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';
import {
  branchWidths,
  convPositions,
  embeddingBranches,
  hasCnn,
  hasLstm,
  layerParameters,
  type ModelShape,
} from '../model/shapes.ts';

export type Lane = 'cnn' | 'lstm' | 'shared';

/** One layer, in the order data flows. `shape` is without the batch: [positions, features] or [features]. */
export type Layer = Readonly<{
  id: string;
  kind: LayerKind;
  lane: Lane | null;
  parameters: number;
  shape: readonly number[];
}>;

export type Box = Layer &
  Readonly<{
    x: number;
    y: number;
    width: number;
    height: number;
    /** Of all parameters, 0 to 1. */
    share: number;
    /** One line only where a lane is crowded. */
    hasDetail: boolean;
  }>;

export type Edge = Readonly<{
  id: string;
  path: string;
  /** The shape that passes, null where it is written elsewhere. */
  shape: readonly number[] | null;
  labelX: number;
  labelY: number;
  isImpossible: boolean;
}>;

export type Drawing = Readonly<{
  width: number;
  height: number;
  boxes: readonly Box[];
  edges: readonly Edge[];
  /** Centre of the ring in which the branches join, null for one branch. */
  ring: Readonly<{ x: number; y: number }> | null;
}>;

const width = 514;
const laneWidth = 245;
const cnnX = 0;
const lstmX = width - laneWidth;
const outputWidth = 245;
const inputWidth = 190;
const ringRadius = 14;
const middle = width / 2;

export function layersOf(config: ModelShape): Layer[] {
  const parameters = layerParameters(config);
  const widths = branchWidths(config);
  const { maxLength, embeddingDim, hiddenUnits, filters } = config;
  const tables = embeddingBranches(config).map((lane): Layer => {
    return {
      id: `embedding-${lane}`,
      kind: 'embedding',
      lane,
      parameters: config.numWords * embeddingDim,
      shape: [maxLength, embeddingDim],
    };
  });
  const cnn: Layer[] = [
    {
      id: 'conv',
      kind: 'conv',
      lane: 'cnn',
      parameters: parameters.conv,
      shape: [convPositions(config), filters],
    },
    { id: 'pool', kind: 'pool', lane: 'cnn', parameters: 0, shape: [filters] },
  ];
  if (config.cnnHead === 'dense') {
    cnn.push({
      id: 'cnnDense',
      kind: 'cnnDense',
      lane: 'cnn',
      parameters: parameters.cnnDense,
      shape: [hiddenUnits],
    });
  }
  const lstm: Layer[] = [
    {
      id: 'lstm',
      kind: 'lstm',
      lane: 'lstm',
      parameters: parameters.lstm,
      shape: [maxLength, 2 * hiddenUnits],
    },
    {
      id: 'flatten',
      kind: 'flatten',
      lane: 'lstm',
      parameters: 0,
      shape: [maxLength * 2 * hiddenUnits],
    },
  ];
  return [
    { id: 'input', kind: 'input', lane: null, parameters: 0, shape: [maxLength] },
    ...tables,
    ...(hasCnn(config) ? cnn : []),
    ...(hasLstm(config) ? lstm : []),
    ...(config.branches === 'both'
      ? [
          {
            id: 'concat',
            kind: 'concat',
            lane: null,
            parameters: 0,
            shape: [widths.cnn + widths.lstm],
          } as const,
        ]
      : []),
    { id: 'output', kind: 'output', lane: null, parameters: parameters.output, shape: [1] },
  ];
}

/** Places the layers: two lanes, CNN left, LSTM right; a shared table lies across both. */
export function drawingOf(config: RunConfig): Drawing {
  const { total } = layerParameters(config);
  const layers = layersOf(config);
  const isImpossible = config.kernelSize > config.maxLength || convPositions(config) < 1;
  const isDense = hasCnn(config) && config.cnnHead === 'dense';
  const isShared = config.branches === 'both' && config.embedding === 'shared';
  const boxes: Box[] = [];
  const edges: Edge[] = [];

  const place = (
    id: string,
    x: number,
    y: number,
    boxWidth: number,
    height: number,
    hasDetail = true,
  ): Box => {
    const layer = layers.find((other) => other.id === id);
    if (layer === undefined) throw new Error(`No layer ${id}.`);
    const box: Box = {
      ...layer,
      x,
      y,
      width: boxWidth,
      height,
      share: total === 0 ? 0 : layer.parameters / total,
      hasDetail,
    };
    boxes.push(box);
    return box;
  };
  const connect = (
    id: string,
    path: string,
    shape: readonly number[] | null,
    labelX = 0,
    labelY = 0,
  ): void => {
    const breaks = isImpossible && id === 'conv-pool';
    edges.push({ id, path, shape, labelX, labelY, isImpossible: breaks });
  };
  const down = (
    id: string,
    from: Box,
    to: Box,
    shape: readonly number[] | null,
    x: number,
  ): void => {
    const top = from.y + from.height;
    connect(id, `M${x} ${top}V${to.y - 1}`, shape, x, (top + to.y) / 2);
  };

  const input = place('input', middle - inputWidth / 2, 0, inputWidth, 41);
  const tableY = isShared ? 64 : 70;
  const tableHeight = isShared ? 50 : 52;
  const inputEnd = input.y + input.height;
  const lanes = ([] as ('cnn' | 'lstm')[]).concat(
    hasCnn(config) ? 'cnn' : [],
    hasLstm(config) ? 'lstm' : [],
  );
  const laneX = { cnn: cnnX, lstm: lstmX };
  const laneMiddle = { cnn: cnnX + laneWidth / 2, lstm: lstmX + laneWidth / 2 };

  let shared: Box | undefined;
  if (isShared) {
    shared = place('embedding-shared', 0, tableY, width, tableHeight);
    connect(
      'input-embedding',
      `M${middle} ${inputEnd}V${tableY - 1}`,
      [config.maxLength],
      middle,
      (inputEnd + tableY) / 2,
    );
  } else {
    const turnY = inputEnd + 13;
    connect('input-stem', `M${middle} ${inputEnd}V${turnY}`, null);
    for (const lane of lanes) {
      const x = laneMiddle[lane];
      const side = lane === 'cnn' ? 6 : -6;
      connect(
        `input-${lane}`,
        `M${middle} ${turnY}H${x + side}q${-side} 0 ${-side} 6V${tableY - 1}`,
        null,
      );
    }
    connect('input-label', '', [config.maxLength], middle, turnY);
  }

  const laneY = tableY + tableHeight + (isShared ? 32 : 34);
  const ends: Partial<Record<'cnn' | 'lstm', Box>> = {};
  for (const lane of lanes) {
    const x = laneX[lane];
    const table = shared ?? place(`embedding-${lane}`, x, tableY, laneWidth, tableHeight);
    const embedded = [config.maxLength, config.embeddingDim];
    if (lane === 'cnn') {
      const conv = place('conv', x, laneY, laneWidth, isDense ? 48 : 52);
      const poolY = conv.y + conv.height + (isDense ? 28 : 34);
      const pool = place('pool', x, poolY, laneWidth, isDense ? 24 : 42, !isDense);
      down('embedding-conv', table, conv, embedded, laneMiddle.cnn);
      down('conv-pool', conv, pool, conv.shape, laneMiddle.cnn);
      ends.cnn = pool;
      if (isDense) {
        const dense = place('cnnDense', x, pool.y + pool.height + 26, laneWidth, 46);
        down('pool-dense', pool, dense, pool.shape, laneMiddle.cnn);
        ends.cnn = dense;
      }
    } else {
      const lstm = place('lstm', x, laneY, laneWidth, isDense ? 48 : 52);
      const flattenY = isDense ? lstm.y + lstm.height + 54 : lstm.y + lstm.height + 34;
      const flatten = place('flatten', x, flattenY, laneWidth, 42);
      down('embedding-lstm', table, lstm, embedded, laneMiddle.lstm);
      down('lstm-flatten', lstm, flatten, lstm.shape, laneMiddle.lstm);
      ends.lstm = flatten;
    }
  }

  const lowest = Math.max(...lanes.map((lane) => (ends[lane]?.y ?? 0) + (ends[lane]?.height ?? 0)));
  const ringY = lowest + (isDense ? 26 : 36);
  const outputY = ringY + (isDense ? 42 : 52);
  const output = place('output', middle - outputWidth / 2, outputY, outputWidth, 52);
  const isJoined = lanes.length === 2;
  for (const lane of lanes) {
    const end = ends[lane];
    if (end === undefined) continue;
    const x = laneMiddle[lane];
    const side = lane === 'cnn' ? 1 : -1;
    const start = end.y + end.height;
    const bend = `M${x} ${start}V${ringY - 12}q0 12 ${12 * side} 12`;
    if (isJoined) {
      const target = middle - side * (ringRadius + 2);
      connect(
        `${lane}-ring`,
        `${bend}H${target}`,
        end.shape,
        (x + 12 * side + target - 6 * side) / 2,
        ringY,
      );
    } else {
      connect(
        `${lane}-output`,
        `${bend}H${middle - 12 * side}q${12 * side} 0 ${12 * side} 12V${outputY - 1}`,
        end.shape,
        (x + middle) / 2,
        ringY,
      );
    }
  }
  if (isJoined) {
    const joined = branchWidths(config);
    const top = ringY + ringRadius;
    connect(
      'ring-output',
      `M${middle} ${top}V${outputY - 1}`,
      [joined.cnn + joined.lstm],
      middle,
      (top + outputY) / 2 - 2,
    );
  }
  return {
    width,
    height: output.y + output.height,
    boxes,
    edges,
    ring: isJoined ? { x: middle, y: ringY } : null,
  };
}
