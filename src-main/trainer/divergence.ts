import type { FromChildBody } from '#contract/trainer.ts';
import type { LogSaying } from '#core/wording/log-lines.ts';

import type { Engine, StepResult, TensorData } from './engine/engine.ts';

export type Divergence = Readonly<{
  /** What became of the loss or its gradient. */
  became: 'NaN' | 'infinite';
  /** Layer or weight where it began. */
  layer: string;
}>;

/**
 * What broke in a step, looked for only once it has: the branch whose output is not finite, else the weight nearest to the output
 * that its update broke. (The optimiser works element by element, so a weight breaks where its gradient did; gradients come from
 * the output, so those below it are broken by it.)
 */
export function findDivergence(
  engine: Pick<Engine, 'readWeights' | 'readOptimizer'>,
  { loss, gradientNorm, brokenLayer }: StepResult,
): Divergence {
  return {
    became: Number.isNaN(loss) || Number.isNaN(gradientNorm) ? 'NaN' : 'infinite',
    layer:
      brokenLayer ??
      engine.readWeights().findLast(isBroken)?.name ??
      // A gradient so large that only its square overflows.
      engine
        .readOptimizer()
        .findLast(isBroken)
        ?.name.replace(/\/[mv]$/, '') ??
      'output/kernel',
  };
}

/** Log lines that name every row, short enough for the log. */
export function rowLines(step: number, rows: readonly number[]): FromChildBody[] {
  const lines: FromChildBody[] = [];
  for (let begin = 0; begin < rows.length; begin += ROWS_A_LINE) {
    const part = rows.slice(begin, begin + ROWS_A_LINE);
    const [first, last, count] = [begin + 1, begin + part.length, rows.length];
    const saying: LogSaying = { kind: 'rows', step, first, last, count, rows: part };
    lines.push({ type: 'log', level: 'warning', saying });
  }
  return lines;
}

const isBroken = ({ values }: TensorData): boolean =>
  values.some((value) => !Number.isFinite(value));

const ROWS_A_LINE = 200;
