import type { Run } from '../../src-main/contract/run.ts';
import { verdictOf } from '../../src-main/core/statistics/verdict.ts';
import { table } from './markdown.ts';

export const variants = ['A', 'B'] as const;

type Figures = Readonly<{ epoch: number; test: number; train: number | null }>;

/** What is kept of a run of the experiment. */
export type RunRecord = Readonly<{
  variant: 'A' | 'B';
  seed: number;
  maxLength: number;
  datasetHash: string;
  endedAt: string | null;
  versions: Run['versions'];
  machine: string;
  weightsHash: string | null;
  /** Accuracies: on the test split, and on the train split without dropout. */
  best: Figures;
  last: Figures;
  epochs: readonly Readonly<{ loss: number; testLoss: number }>[];
}>;

/** What the original notebook printed, at its last epoch. */
const printed = {
  A: { train: 0.99728, test: 0.8656 },
  B: { train: 0.99292, test: 0.8602 },
} as const;

/** The page docs/original-experiment.md; every figure in it comes from the runs. */
export function pageOf(records: readonly RunRecord[]): string {
  const of = (variant: 'A' | 'B'): readonly RunRecord[] =>
    records.filter((record) => record.variant === variant);
  const row = (
    title: string,
    figure: Figure,
    text: (value: number) => string,
    original: (variant: 'A' | 'B') => string = () => '-',
  ): string[] => [
    title,
    ...variants.flatMap((variant) => [
      original(variant),
      meanAndRange(of(variant).map(figure), text),
    ]),
    text === share ? differenceText(records, figure) : '-',
  ];
  const whole = (value: number): string => value.toFixed(0);
  const unknown = Number.NaN;
  const seeds = variants.map((variant) => `${of(variant).length} of ${variant}`).join(', ');
  return [
    '# The original experiment',
    '',
    'Twofold began as a notebook that trained one A and one B. `npm run bench -- --original --update` trains both again with several seeds, on the full corpus of 50,000 reviews, and writes this page.',
    '',
    `Preset *original*: ${String(records[0]?.maxLength)} tokens, 25,000 reviews to train on, 25,000 to test. Early stopping looks at the test split, as the original did, so its test accuracy is also its stopping rule. The best epoch is the one of the lowest test loss. Each cell is the mean over the seeds (${seeds}), with the lowest and the highest. The original ran once, on TensorFlow 2.2.`,
    '',
    ...table(
      ['', 'A, original', 'A, Twofold', 'B, original', 'B, Twofold', 'B - A in points (95% CI)'],
      [
        row('test accuracy, last epoch', lastTest, share, (variant) =>
          String(printed[variant].test),
        ),
        row('test accuracy, best epoch', bestTest, share),
        row(
          'train accuracy without dropout, last epoch',
          ({ last }) => last.train ?? unknown,
          share,
          (variant) => String(printed[variant].train),
        ),
        row(
          'train accuracy without dropout, best epoch',
          ({ best }) => best.train ?? unknown,
          share,
        ),
        row('epochs', ({ last }) => last.epoch, whole),
        row('best epoch', ({ best }) => best.epoch, whole),
      ],
    ),
    '',
    `At the last epoch: ${sentenceOf(records, lastTest)}`,
    '',
    `At the best epoch: ${sentenceOf(records, bestTest)}`,
    '',
    'The intervals are those of the paired t test over the seeds. The original trained one pair, which cannot tell either.',
    '',
    '![Loss by epoch of every seed](../resources/original-curves.svg)',
    '',
  ].join('\n');
}

type Figure = (record: RunRecord) => number;
const lastTest: Figure = ({ last }) => last.test;
const bestTest: Figure = ({ best }) => best.test;

/** B minus A over the seeds that both were trained with: no difference is too small to matter here. */
function pairedVerdict(records: readonly RunRecord[], figure: Figure) {
  const bySeed = Map.groupBy(records, ({ seed }) => seed);
  const differences = [...bySeed.values()].flatMap((pair) => {
    const [a, b] = variants.map((variant) => pair.find((record) => record.variant === variant));
    return a === undefined || b === undefined ? [] : [figure(b) - figure(a)];
  });
  return verdictOf(differences, 0);
}

function differenceText(records: readonly RunRecord[], figure: Figure): string {
  const { difference, interval95 } = pairedVerdict(records, figure);
  if (difference === null || interval95 === null) return '-';
  return `${points(difference)} (${interval95.map(points).join(' to ')})`;
}

function sentenceOf(records: readonly RunRecord[], figure: Figure): string {
  const { difference, interval95, p, seeds } = pairedVerdict(records, figure);
  if (difference === null || interval95 === null || p === null)
    return '**Not enough seeds. One pair cannot tell a better variant from a lucky seed.**';
  const [low, high] = interval95;
  const evidence = `95% CI ${points(low)} to ${points(high)}, p = ${p.toPrecision(2)}, ${seeds} paired seeds.`;
  const size = (value: number): string => Math.abs(value * 100).toFixed(2);
  if (low <= 0 && high >= 0)
    return `**Inconclusive. The difference in test accuracy could favour A by ${size(low)} or B by ${size(high)} points.** ${evidence} This does not show that A and B are equal.`;
  const [better, other] = difference > 0 ? ['B', 'A'] : ['A', 'B'];
  return `**${better} is more accurate than ${other} by ${size(difference)} points.** ${evidence}`;
}

const share = (value: number): string => value.toFixed(4);

/** A fraction in percentage points, with its sign. */
const points = (fraction: number): string => {
  const text = (fraction * 100).toFixed(2);
  return Number(text) > 0 ? `+${text}` : text;
};

const panel = { width: 330, height: 200, left: 44, right: 16, top: 34, gap: 50 } as const;
const colours = ['#0f766e', '#b45309', '#6d28d9', '#be123c', '#1d4ed8'];

/** Loss by epoch for each variant: a line a seed, training dashed, test solid, a ring at the best epoch. */
export function curvesOf(runs: readonly RunRecord[]): string {
  const losses = runs.flatMap(({ epochs }) => epochs.flatMap((e) => [e.loss, e.testLoss]));
  const top = Math.ceil(Math.max(...losses) * 10) / 10;
  const last = Math.max(...runs.map(({ epochs }) => epochs.length));
  const width = 2 * (panel.left + panel.width) + panel.gap + panel.right;
  const height = panel.top + panel.height + 84;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Loss by epoch of the variants A and B">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}.grid{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}.grid{stroke:#3d444d}}</style>',
    ...variants.map((variant, index) => {
      const x0 = panel.left + index * (panel.width + panel.left + panel.gap);
      const x = (epoch: number): number => x0 + ((epoch - 1) / Math.max(1, last - 1)) * panel.width;
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
    `<text x="${panel.left}" y="${height - 12}">solid: test, dashed: training, ring: best epoch</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function curvesOfRun(run: RunRecord, x: (epoch: number) => number, y: (loss: number) => number) {
  const colour = colourOf(run);
  const line = (key: 'loss' | 'testLoss', dash: string): string =>
    `<polyline fill="none" stroke="${colour}" stroke-width="1.8" ${dash}points="${run.epochs.map((e, index) => `${x(index + 1).toFixed(1)},${y(e[key]).toFixed(1)}`).join(' ')}"/>`;
  const best = run.best.epoch;
  const bestLoss = run.epochs[best - 1]?.testLoss ?? Number.NaN;
  return [
    line('loss', 'stroke-dasharray="4 4" '),
    line('testLoss', ''),
    `<circle cx="${x(best).toFixed(1)}" cy="${y(bestLoss).toFixed(1)}" r="4.5" fill="none" stroke="${colour}" stroke-width="1.8"/>`,
  ];
}

function legendOf(run: RunRecord, x: number): string {
  const y = panel.top + panel.height + 48;
  return `<line x1="${x}" x2="${x + 16}" y1="${y - 4}" y2="${y - 4}" stroke="${colourOf(run)}" stroke-width="1.8"/><text x="${x + 21}" y="${y}">seed ${run.seed}</text>`;
}

const colourOf = ({ seed }: RunRecord): string => colours[(seed - 1) % colours.length] ?? '';

const ticks = (top: number): number[] =>
  Array.from({ length: Math.floor(top / 0.2) + 1 }, (_, index) => index * 0.2);

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

function meanAndRange(values: readonly number[], text: (value: number) => string): string {
  if (values.length === 0) return '-';
  const mean = sum(values) / values.length;
  if (values.length === 1) return text(mean);
  return `${text(mean)} (${text(Math.min(...values))}-${text(Math.max(...values))})`;
}
