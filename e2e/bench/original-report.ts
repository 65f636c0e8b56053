import type { Epoch, MarkedEpoch, Run } from '../../src-main/contract/run.ts';
import type { Machine } from './machine.ts';
import { table } from './markdown.ts';

export const variants = ['A', 'B'] as const;

/** What the original notebook printed, at its last epoch. */
const printed = {
  A: { train: 0.99728, test: 0.8656 },
  B: { train: 0.99292, test: 0.8602 },
} as const;

/** README's section; every figure in it comes from the runs. */
export function tableOf(runs: readonly Run[], machine: Machine): string {
  const of = (variant: 'A' | 'B'): readonly Run[] => runs.filter((run) => run.variant === variant);
  const row = (
    title: string,
    figure: (run: Run) => number,
    text: (value: number) => string,
    original: (variant: 'A' | 'B') => string = () => '-',
  ): string[] => [
    title,
    ...variants.flatMap((variant) => [
      original(variant),
      meanAndRange(of(variant).map(figure), text),
    ]),
  ];
  const share = (value: number): string => value.toFixed(4);
  const whole = (value: number): string => value.toFixed(0);
  const at = (which: 'best' | 'last', key: 'trainAccuracy' | 'testAccuracy') => (run: Run) =>
    markedOf(run, which)[key] ?? Number.NaN;
  const seeds = of('A').length;
  return [
    `Preset *original*: ${String(runs[0]?.config.maxLength)} tokens, 25,000 reviews to train on, 25,000 to test; early stopping looks at the test split, as the original did, so its test accuracy is also its stopping rule. Mean over ${seeds} seeds, with the lowest and the highest. The original ran once, on TensorFlow 2.2.`,
    '',
    ...table(
      ['', 'A, original', 'A, Twofold', 'B, original', 'B, Twofold'],
      [
        row('test accuracy, last epoch', at('last', 'testAccuracy'), share, (variant) =>
          String(printed[variant].test),
        ),
        row('test accuracy, best epoch', at('best', 'testAccuracy'), share),
        row(
          'train accuracy without dropout, last epoch',
          at('last', 'trainAccuracy'),
          share,
          (variant) => String(printed[variant].train),
        ),
        row('train accuracy without dropout, best epoch', at('best', 'trainAccuracy'), share),
        row('epochs', (run) => run.epochs.length, whole),
        row('best epoch', (run) => markedOf(run, 'best').epoch, whole),
        row('seconds, training', (run) => sum(run.epochs, 'trainSeconds'), whole),
        row('seconds, evaluation', (run) => sum(run.epochs, 'evalSeconds'), whole),
      ],
    ),
    '',
    `The best epoch is the one of the lowest test loss. Trained one after another on ${machine.processor}, ${machine.cores} cores, beside other work.`,
  ].join('\n');
}

const section = /(<!-- original experiment -->\n)[\s\S]*?(\n<!-- end -->)/;

/** The text with the table between its two marks. Throws where they are missing. */
export function replaceSection(readme: string, content: string): string {
  if (!section.test(readme)) throw new Error('README.md has no place for the original experiment.');
  return readme.replace(section, (_, begin: string, end: string) => `${begin}${content}${end}`);
}

const panel = { width: 330, height: 200, left: 44, top: 34, gap: 50 } as const;
const colours = ['#0f766e', '#b45309', '#6d28d9', '#be123c', '#1d4ed8'];

/** Loss by epoch for each variant: a line a seed, training dashed, test solid, a ring at the best epoch. */
export function curvesOf(runs: readonly Run[]): string {
  const losses = runs.flatMap(({ epochs }) => epochs.flatMap((e) => [e.loss, e.testLoss]));
  const top = Math.ceil(Math.max(...losses) * 10) / 10;
  const last = Math.max(...runs.map(({ epochs }) => epochs.length));
  const width = 2 * (panel.left + panel.width) + panel.gap;
  const height = panel.top + panel.height + 66;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Loss by epoch of the variants A and B">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}.grid{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}.grid{stroke:#3d444d}}</style>',
    ...variants.map((variant, index) => {
      const x0 = panel.left + index * (panel.width + panel.left + panel.gap);
      const x = (epoch: number): number =>
        x0 + ((epoch - 1) / Math.max(1, last - 1)) * panel.width;
      const y = (loss: number): number => panel.top + (1 - loss / top) * panel.height;
      const own = runs.filter((run) => run.variant === variant);
      return [
        `<text class="title" x="${x0}" y="18">${variant}: loss by epoch</text>`,
        ...ticks(top).map(
          (value) =>
            `<line class="grid" x1="${x0}" x2="${x0 + panel.width}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text x="${x0 - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toFixed(1)}</text>`,
        ),
        ...Array.from({ length: last }, (_, i) => i + 1).map(
          (epoch) =>
            `<text x="${x(epoch).toFixed(1)}" y="${panel.top + panel.height + 18}" text-anchor="middle">${epoch}</text>`,
        ),
        ...own.flatMap((run) => curvesOfRun(run, x, y)),
        ...own.map((run, place) => legendOf(run, x0 + place * 70)),
      ].join('\n');
    }),
    `<text x="${panel.left + 230}" y="${height - 14}">solid: test, dashed: training, ring: best epoch</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function curvesOfRun(run: Run, x: (epoch: number) => number, y: (loss: number) => number) {
  const colour = colourOf(run);
  const line = (key: 'loss' | 'testLoss', dash: string): string =>
    `<polyline fill="none" stroke="${colour}" stroke-width="1.8" ${dash}points="${run.epochs.map((e) => `${x(e.epoch).toFixed(1)},${y(e[key]).toFixed(1)}`).join(' ')}"/>`;
  const best = markedOf(run, 'best');
  return [
    line('loss', 'stroke-dasharray="4 4" '),
    line('testLoss', ''),
    `<circle cx="${x(best.epoch).toFixed(1)}" cy="${y(best.testLoss).toFixed(1)}" r="4.5" fill="none" stroke="${colour}" stroke-width="1.8"/>`,
  ];
}

function legendOf(run: Run, x: number): string {
  const y = panel.top + panel.height + 48;
  return `<line x1="${x}" x2="${x + 16}" y1="${y - 4}" y2="${y - 4}" stroke="${colourOf(run)}" stroke-width="1.8"/><text x="${x + 21}" y="${y}">seed ${run.config.seed}</text>`;
}

const colourOf = ({ config }: Run): string => colours[(config.seed - 1) % colours.length] ?? '';

const ticks = (top: number): number[] =>
  Array.from({ length: Math.floor(top / 0.2) + 1 }, (_, index) => index * 0.2);

function markedOf(run: Run, which: 'best' | 'last'): MarkedEpoch {
  const epoch = run[which];
  if (epoch === null) throw new Error(`${run.name} has no complete epoch.`);
  return epoch;
}

const sum = (epochs: readonly Epoch[], key: 'trainSeconds' | 'evalSeconds'): number =>
  epochs.reduce((total, epoch) => total + epoch[key], 0);

function meanAndRange(values: readonly number[], text: (value: number) => string): string {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return `${text(mean)} (${text(Math.min(...values))}-${text(Math.max(...values))})`;
}
