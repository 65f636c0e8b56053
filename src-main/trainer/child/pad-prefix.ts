import type { RunConfig } from '#contract/run-config.ts';

import type { Feed, Session } from '../native/session.ts';
import { nodes, type Boundary } from './model.ts';

export type PadPrefix = Readonly<{
  /** What to feed besides the ids so that the pads which all reviews of a batch begin with are not computed again. */
  feeds: (ids: Int32Array, count: number) => Record<string, Feed>;
  /** To be called when weights changed. */
  forget: () => void;
}>;

/**
 * Without dropout every review has the same forward LSTM states, output sum and convolution maximum over its leading pads: they
 * are computed once for one review of pads only and fed at the last boundary that lies inside the pads of a whole batch.
 */
export function createPadPrefix(
  session: Session,
  config: Pick<RunConfig, 'maxLength' | 'kernelSize' | 'convPadding'>,
  boundaries: readonly Boundary[],
): PadPrefix {
  const { maxLength, kernelSize, convPadding } = config;
  // The convolution looks this far ahead of its position.
  const ahead =
    convPadding === 'same' ? kernelSize - 1 - Math.floor((kernelSize - 1) / 2) : kernelSize - 1;
  let known: ReadonlyMap<string, Float32Array> | undefined;

  const refsOf = ({ lstm, conv }: Boundary): readonly string[] => [
    ...(lstm === null ? [] : [lstm.cell, lstm.output, lstm.sum]),
    ...(conv === null ? [] : [conv]),
  ];
  function compute(): ReadonlyMap<string, Float32Array> {
    const refs = boundaries.flatMap(refsOf);
    const values = session.run(
      { [nodes.ids]: { shape: [1, maxLength], values: new Int32Array(maxLength) } },
      refs,
    );
    return new Map(refs.map((ref, index) => [ref, values[index] ?? new Float32Array()]));
  }

  return {
    feeds(ids, count) {
      const pads = sharedPads(ids, count, maxLength);
      const boundary = boundaries.findLast(
        ({ steps, conv }) => steps + (conv === null ? 0 : ahead) <= pads,
      );
      if (boundary === undefined) return {};
      const values = (known ??= compute());
      return Object.fromEntries(
        refsOf(boundary).map((ref) => [
          ref,
          repeated(values.get(ref) ?? new Float32Array(), count),
        ]),
      );
    },
    forget() {
      known = undefined;
    },
  };
}

/** Leading zeros that every row has. */
function sharedPads(ids: Int32Array, count: number, length: number): number {
  let shared = length;
  for (let row = 0; row < count; row += 1) {
    let pads = 0;
    while (pads < shared && ids[row * length + pads] === 0) pads += 1;
    shared = pads;
  }
  return shared;
}

function repeated(row: Float32Array, count: number): Feed {
  const values = new Float32Array(row.length * count);
  for (let index = 0; index < count; index += 1) values.set(row, index * row.length);
  return { shape: [count, row.length], values };
}
