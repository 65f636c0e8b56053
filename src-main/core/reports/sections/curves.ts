import * as m from '#messages';

import { eachEpochFigure } from '#contract/metric.ts';
import type { OutsideCurve } from '#contract/outside-curve.ts';
import { outsideStyle } from '../../charts/style-of-run.ts';
import { formats } from '../../metrics/format.ts';
import {
  extremeLabel,
  extremeOf,
  runMetric,
  shortLabel,
  summingUp,
} from '../../metrics/run-figures.ts';
import { curvePairs, epochMetrics } from '../../metrics/table.ts';
import { count } from '../../wording/number-text.ts';
import type { Column, Item, LegendLine, Table } from '../document.ts';
import { curvesFigure, type CurveRun } from '../figures/curves.ts';
import { figureCell, type Tell } from './told.ts';

/** Loss and accuracy over the epochs of every run that has some. */
export const curves: Tell = ({ runs, data: { outsideCurves, absentCurveCount } }) => {
  const ofRuns = runs
    .filter(({ run }) => run.epochs.length > 0)
    .map(({ run, name, lineName, style }) => ({
      runId: run.runId,
      name,
      lineName,
      style,
      epochs: run.epochs,
      bestEpoch: run.best?.epoch ?? null,
    }));
  const drawn: CurveRun[] = [...ofRuns, ...outsideCurves.map(outsideRun)];
  if (drawn.length === 0)
    return [{ kind: 'paragraph', tone: 'nothing', text: m.report_no_curves() }];
  const legend = legendOf(drawn);
  const isOwnTest = runs.every(({ run }) => run.config.validation === 'test');
  const on = isOwnTest ? 'test' : 'validation';
  const itemOf = ({ tag, train, validation }: (typeof curvePairs)[number]): Item => {
    const { goal, format } = epochMetrics[validation];
    const metric = shortLabel(runMetric(tag));
    const caption = m.report_caption_curves({ metric, on });
    const fields = { solid: validation, thin: train, isPercent: format === 'share' };
    const { figure, alone, place } = curvesFigure(drawn, fields, legend, {
      label: `${caption} ${drawn.map(({ name }) => name).join(', ')}.`,
      epoch: m.common_epoch(),
      title: m.report_axis({ metric, goal }),
      solid: m.report_key_judged({ on }),
      thin: m.report_key_trained(),
      best: m.common_best_epoch(),
      end: m.report_key_end(),
    });
    return { kind: 'figure', id: tag, caption, figure, alone, curves: place };
  };
  return [
    { kind: 'legend', lines: legend },
    ...(runs.some(({ name, lineName }) => name !== lineName)
      ? [note(m.report_drawn_by_model())]
      : []),
    ...curvePairs.map(itemOf),
    ...(outsideCurves.length === 0 ? [] : [outsideTable(outsideCurves)]),
    ...(ofRuns.length < runs.length
      ? [note(m.report_without_epochs({ count: runs.length - ofRuns.length }))]
      : []),
    ...(absentCurveCount === 0 ? [] : [note(m.report_curves_gone({ count: absentCurveCount }))]),
  ];
};

/** An entry for those that are drawn alike, each colour's together. */
function legendOf(drawn: readonly CurveRun[]): readonly LegendLine[] {
  const byName = [...Map.groupBy(drawn, ({ lineName }) => lineName)];
  const lines = byName.flatMap(([name, alike]): LegendLine[] => {
    const [first] = alike;
    if (first === undefined) return [];
    const { colour, dash } = first.style;
    return [{ runIds: alike.map(({ runId }) => runId), name, line: { colour, dash } }];
  });
  return [...Map.groupBy(lines, ({ line }) => line.colour).values()].flat();
}

const note = (text: string): Item => ({ kind: 'paragraph', tone: 'note', text });

/** Its figures, drawn as those of a run; what it does not have is not drawn. */
function outsideRun({ curveId, name: own, epochs }: OutsideCurve, index: number): CurveRun {
  const name = m.outside_label({ name: own });
  return {
    runId: curveId,
    name,
    lineName: name,
    style: outsideStyle(index),
    epochs: epochs.map((of) => ({
      epoch: of.epoch,
      ...eachEpochFigure((figure) => of[figure] ?? NaN),
    })),
    bestEpoch: null,
  };
}

const outsideTable = (curves: readonly OutsideCurve[]): Table => ({
  kind: 'table',
  id: 'outside-curves',
  caption: m.report_caption_outside(),
  columns: [
    { title: m.common_curve(), isNumber: false },
    { title: m.report_column_file(), isNumber: false },
    { title: m.common_epochs(), isNumber: true },
    ...summingUp.map((figure): Column => ({
      title: extremeLabel(figure),
      isNumber: true,
      goal: epochMetrics[figure].goal === 'lower' ? 'lower' : 'higher',
    })),
  ],
  rows: curves.map(({ curveId, name, fileName, epochs }, index) => ({
    runId: curveId,
    cells: [
      { text: name, line: lineOf(index) },
      { text: fileName },
      figureCell(epochs.length, count),
      ...summingUp.map((figure) =>
        figureCell(extremeOf(figure, epochs), formats[epochMetrics[figure].format].write),
      ),
    ],
  })),
  notes: [m.report_note_outside()],
});

const lineOf = (index: number) => {
  const { colour, dash } = outsideStyle(index);
  return { colour, dash };
};
