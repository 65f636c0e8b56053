import { configFieldNames, type ConfigFieldName } from '#contract/config-fields.ts';
import type { ModelShape } from '../model/shapes.ts';
import { weightLayout } from '../model/weight-layout.ts';

/** Where a run's first weights are from: another run, after one of its epochs. */
export type StartPoint = Readonly<{ runId: string; epoch: number }>;

/** As `startFrom` of a configuration has it. */
export const startFromOf = ({ runId, epoch }: StartPoint): string => `${runId}@${epoch}`;

/** Null for `none`, new weights. */
export function startPointOf(startFrom: string): StartPoint | null {
  const [runId = '', epoch] = startFrom.split('@');
  return epoch === undefined ? null : { runId, epoch: Number(epoch) };
}

/** Whether a model can take over another's weights: the same tensors of the same shapes. */
export const hasSameLayout = (a: ModelShape, b: ModelShape): boolean =>
  layoutText(a) === layoutText(b);

/** Fields whose value alone keeps a model from taking over `source`'s weights: at least one where the layouts differ. */
export function misfits(source: ModelShape, model: ModelShape): readonly ConfigFieldName[] {
  if (hasSameLayout(source, model)) return [];
  return configFieldNames.filter((field) => {
    const value = (model as Readonly<Record<string, unknown>>)[field];
    return !hasSameLayout(source, { ...source, [field]: value });
  });
}

const layoutText = (model: ModelShape): string =>
  JSON.stringify(weightLayout(model).map(({ name, shape }) => [name, shape]));
