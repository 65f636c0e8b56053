import type { RunConfig } from '#contract/run-config.ts';

import type { Feed, Session } from './session.ts';
import type { Boundary, Lane } from './model.ts';

export type PadPrefix = Readonly<{
  /**
   * What to feed besides the ids so that the pads which all reviews begin with are not computed again.
   *
   * @param ids       [reviews, T], those of all lanes
   * @param laneCount reviews in each lane
   */
  feeds: (ids: Int32Array, laneCount: number) => Record<string, Feed>;
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
  lanes: readonly [Lane, Lane],
): PadPrefix {
  const [{ ids: first, boundaries }] = lanes;
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
      { [first]: { shape: [1, maxLength], values: new Int32Array(maxLength) } },
      refs,
    );
    return new Map(refs.map((ref, index) => [ref, values[index] ?? new Float32Array()]));
  }

  return {
    feeds(ids, laneCount) {
      const pads = sharedPads(ids, maxLength);
      const place = boundaries.findLastIndex(
        ({ steps, conv }) => steps + (conv === null ? 0 : ahead) <= pads,
      );
      const boundary = boundaries[place];
      if (boundary === undefined) return {};
      const values = (known ??= compute());
      const fed = refsOf(boundary).map((ref) =>
        repeated(values.get(ref) ?? new Float32Array(), laneCount),
      );
      return Object.fromEntries(
        lanes.flatMap((lane) => {
          const same = lane.boundaries[place];
          const refs = same === undefined ? [] : refsOf(same);
          return refs.map((ref, index) => [ref, fed[index] ?? repeated(new Float32Array(), 0)]);
        }),
      );
    },
    forget() {
      known = undefined;
    },
  };
}

/** Leading zeros that every row has. */
function sharedPads(ids: Int32Array, length: number): number {
  let shared = length;
  for (let begin = 0; begin < ids.length; begin += length) {
    let pads = 0;
    while (pads < shared && ids[begin + pads] === 0) pads += 1;
    shared = pads;
  }
  return shared;
}

function repeated(row: Float32Array, count: number): Feed {
  const values = new Float32Array(row.length * count);
  for (let index = 0; index < count; index += 1) values.set(row, index * row.length);
  return { shape: [count, row.length], values };
}
