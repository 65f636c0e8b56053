import { costGoal, grid, type Goals } from './grid.ts';
import type { Machine } from './machine.ts';
import { table } from './markdown.ts';
import type { Measured, PeerName, Rate } from './measure.ts';
import type { ProductCost, RunCost, Took } from './product.ts';
import { trainingWork } from './work.ts';

export type Bench = Readonly<{
  at: string;
  seconds: number;
  isQuick: boolean;
  machine: Machine;
  reviews: Readonly<{ name: string; contentHash: string }>;
  measured: readonly Measured[];
  product: readonly ProductCost[];
}>;

const names: Readonly<Record<PeerName, string>> = {
  engine: 'Twofold',
  keras: 'Keras',
  layers: 'tfjs-layers as shipped',
  torch: 'PyTorch',
};

/** The whole page; every figure in it comes from the measurement. */
export function markdownOf(bench: Bench): string {
  const { machine, measured } = bench;
  const gflops = (value: number): string => (value / 1e9).toFixed(0);
  const versions = Object.entries(
    Object.assign(
      {},
      ...measured.flatMap(({ peers }) => Object.values(peers).map((p) => p.versions)),
    ) as object,
  );
  return [
    '# Speed beside other libraries',
    '',
    `Measured by \`npm run bench${bench.isQuick ? ' -- --quick' : ''}\` on ${bench.at.slice(0, 10)} in ${(bench.seconds / 60).toFixed(1)} minutes: ${machine.processor}, ${machine.cores} cores, ${(machine.memoryBytes / 1e9).toFixed(0)} GB, ${machine.platform}; load ${machine.load.toFixed(1)} before it began${machine.load > 0.5 ? ', so the machine was not idle and these figures are disturbed' : ''}. Reviews: ${bench.reviews.name}. Versions: ${versions.map(([name, version]) => `${name} ${String(version)}`).join(', ')}.`,
    '',
    `Matrix products reach ${gflops(machine.peak.one)} GFLOP/s on one thread and ${gflops(machine.peak.all)} on all cores. Each figure is the median over rounds in which the libraries take turns, with the lowest and the highest.`,
    '',
    ...table(
      [
        'setting',
        '',
        'library',
        'train, samples/s',
        'evaluate, samples/s',
        'peak memory',
        'first step',
        'settings',
      ],
      measured.flatMap((one) => peerRows(one)),
    ),
    '',
    '## Against the goals',
    '',
    ...table(
      [
        'setting',
        '',
        'train / Keras',
        'evaluate / Keras',
        'train / tfjs-layers',
        'memory / Keras',
        'of the peak',
        ...(measured.some(({ peers }) => peers.torch)
          ? ['train / PyTorch', 'evaluate / PyTorch']
          : []),
      ],
      measured.map((one) => ratioRow(one, machine)),
    ),
    '',
    'A ratio in bold reaches its goal, which stands behind it. "Of the peak": operations of matrix products and convolutions in training, as a share of what all cores reach.',
    ...measured.flatMap(({ setting, variant, notes }) =>
      notes.map((note) => `\n${setting}, ${variant}: ${note}`),
    ),
    ...(bench.product.length === 0 ? [] : productLines(bench.product)),
    '',
  ].join('\n');
}

/** A setting's ratios to Keras in one line, as soon as they are known. */
export function summaryOf({ setting, variant, peers }: Measured): string {
  const { engine, keras } = peers;
  const [train, evaluate] = [
    ratioText(engine?.train, keras?.train, null),
    ratioText(engine?.evaluate, keras?.evaluate, null),
  ];
  return `${setting}, ${variant}: ${train} times Keras in training, ${evaluate} times in evaluation`;
}

function productLines(product: readonly ProductCost[]): string[] {
  const cells = (cost: RunCost | null, engine: number): string[] => {
    if (cost === null) return ['-', '-', '-'];
    return [
      cost.rate.toFixed(0),
      `${cost.secondsBeside.toFixed(2)} s`,
      costText(epochCost(cost, engine)),
    ];
  };
  return [
    '',
    '## What the workbench costs',
    '',
    `Variant A, training samples/s within the steps: the bare engine, a run with its log, snapshots and checkpoints, and a run that a browser window watches. "Beside": seconds of an epoch outside of its steps and its evaluation. "Cost": what both take of the training of an epoch of ${epochRows} reviews, by calculation.`,
    '',
    ...table(
      [
        'setting',
        'engine',
        'run',
        'beside',
        'cost',
        'window open',
        'beside',
        'cost',
        'start to first step',
      ],
      product.map(({ setting, engine, run, runWithWindow, firstStepSeconds }) => {
        const limit = grid.find(({ name }) => name === setting)?.firstStepGoal ?? Number.NaN;
        const first = `${firstStepSeconds.toFixed(1)} s`;
        return [
          setting,
          engine.toFixed(0),
          ...cells(run, engine),
          ...cells(runWithWindow, engine),
          `${firstStepSeconds <= limit ? `**${first}**` : first} (${limit} s)`,
        ];
      }),
    ),
    '',
    'What "Measure" on New run expects of a run, and what it took:',
    '',
    ...table(
      ['setting', 'an epoch', 'ratio', 'memory peak', 'ratio', 'disk', 'ratio'],
      product.map(({ setting, expected, took }) => {
        const pair = (name: keyof Took, text: (value: number) => string): string[] => [
          `${text(expected[name])}, ${text(took[name])}`,
          nearText(expected[name] / took[name]),
        ];
        return [
          setting,
          ...pair('secondsPerEpoch', (value) => `${value.toFixed(1)} s`),
          ...pair('peakMemoryBytes', (value) => `${(value / 1e9).toFixed(2)} GB`),
          ...pair('diskBytes', (value) => `${(value / 1e6).toFixed(1)} MB`),
        ];
      }),
    ),
  ];
}

/** Estimates are to be right within a fifth. */
const estimateGoal = 0.2;

const nearText = (ratio: number): string =>
  Math.abs(ratio - 1) <= estimateGoal ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2);

/** The hold-out of the default configuration leaves these of 25,000 reviews to train on. */
const epochRows = 20_000;

function epochCost({ rate, secondsBeside }: RunCost, engine: number): number {
  const seconds = epochRows / rate + secondsBeside;
  return 1 - epochRows / engine / seconds;
}

function costText(share: number): string {
  const text = `${(share * 100).toFixed(1)} %`;
  return `${share <= costGoal ? `**${text}**` : text} (${costGoal * 100} %)`;
}

function peerRows({ setting, variant, peers }: Measured): string[][] {
  return (Object.keys(names) as PeerName[]).flatMap((name) => {
    const peer = peers[name];
    if (peer === undefined) return [];
    return [
      [
        setting,
        variant,
        names[name],
        rateText(peer.train),
        rateText(peer.evaluate),
        `${(peer.peakBytes / 1e9).toFixed(2)} GB`,
        `${peer.firstStepSeconds.toFixed(1)} s`,
        peer.settings,
      ],
    ];
  });
}

function ratioRow({ setting, variant, config, peers }: Measured, machine: Machine): string[] {
  const goals = grid.find(({ name }) => name === setting)?.goals;
  const { engine, keras, layers, torch } = peers;
  const share = ((engine?.train?.median ?? Number.NaN) * trainingWork(config)) / machine.peak.all;
  const memory = (engine?.peakBytes ?? Number.NaN) / (keras?.peakBytes ?? Number.NaN);
  return [
    setting,
    variant,
    ratioText(engine?.train, keras?.train, goalOf(goals, 'trainVsKeras')),
    ratioText(engine?.evaluate, keras?.evaluate, goalOf(goals, 'evaluateVsKeras')),
    ratioText(engine?.train, layers?.train, goalOf(goals, 'trainVsLayers')),
    memory <= 1 ? `**${memory.toFixed(2)}** (1)` : `${memory.toFixed(2)} (1)`,
    `${(share * 100).toFixed(0)} %`,
    ...(torch === undefined
      ? []
      : [
          ratioText(engine?.train, torch.train, null),
          ratioText(engine?.evaluate, torch.evaluate, null),
        ]),
  ];
}

const goalOf = (goals: Goals | undefined, name: keyof Goals): number | null =>
  goals?.[name] ?? null;

function ratioText(
  ours: Rate | null | undefined,
  theirs: Rate | null | undefined,
  goal: number | null,
): string {
  if (!ours || !theirs) return '-';
  const ratio = ours.median / theirs.median;
  if (goal === null) return ratio.toFixed(2);
  return ratio >= goal ? `**${ratio.toFixed(2)}** (${goal})` : `${ratio.toFixed(2)} (${goal})`;
}

function rateText(rate: Rate | null): string {
  if (rate === null) return '-';
  const digits = rate.median < 100 ? 1 : 0;
  const text = (value: number): string => value.toFixed(digits);
  return rate.rounds === 1
    ? text(rate.median)
    : `${text(rate.median)} (${text(rate.low)}-${text(rate.high)})`;
}
