import * as m from '#messages';

import type { Item } from '../document.ts';
import { curvesFigure, type CurveFields } from '../figures/curves.ts';
import type { Tell } from './told.ts';

/** Loss and accuracy over the epochs of every run that has some. */
export const curves: Tell = ({ runs }) => {
  const drawn = runs
    .filter(({ run }) => run.epochs.length > 0)
    .map(({ run, name, style }) => ({
      runId: run.runId,
      name,
      style,
      epochs: run.epochs,
      bestEpoch: run.best?.epoch ?? null,
    }));
  if (drawn.length === 0) return [{ kind: 'paragraph', tone: 'note', text: m.report_no_curves() }];
  const item = (id: string, caption: string, fields: CurveFields): Item => {
    const words = {
      label: `${caption} ${drawn.map(({ name }) => name).join(', ')}.`,
      epoch: m.report_epoch(),
    };
    const { figure, place } = curvesFigure(drawn, fields, words);
    return { kind: 'figure', id, caption, figure, curves: place };
  };
  const isOwnTest = runs.every(({ run }) => run.config.validation === 'test');
  const on = isOwnTest ? 'test' : 'validation';
  return [
    {
      kind: 'legend',
      runs: drawn.map(({ runId, name, style }) => ({
        runId,
        name,
        line: { colour: style.colour, dash: style.dash },
      })),
    },
    item('loss', m.report_caption_loss({ on }), {
      solid: 'valLoss',
      thin: 'loss',
      isPercent: false,
    }),
    item('accuracy', m.report_caption_accuracy({ on }), {
      solid: 'valAccuracy',
      thin: 'accuracy',
      isPercent: true,
    }),
    ...(drawn.length < runs.length
      ? [
          {
            kind: 'paragraph',
            tone: 'note',
            text: m.report_without_epochs({ count: runs.length - drawn.length }),
          } as const,
        ]
      : []),
  ];
};
