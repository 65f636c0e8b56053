import type { Experiment, Judgement } from '#contract/experiment.ts';
import type { RunState } from '#contract/run.ts';
import { stateWord } from '#core/words.ts';
import * as m from '#messages';

import { noOperands, type Command } from './command.ts';
import { experimentFacts } from './experiment-facts.ts';
import { fitted, shortened, table } from './text.ts';
import { bestOrLastOption, readBestOrLast } from './weights-choice.ts';

export const experimentsList: Command = {
  name: 'experiments list',
  ...noOperands,
  summary: m.cli_experiments_list,
  options: bestOrLastOption,
  async run(args, { app, out }) {
    const { experiments } = app().services;
    const weights = readBestOrLast(args);
    const facts = [];
    for (const experiment of experiments.list()) {
      const judgement = await experiments.judgeExperiment(experiment.experimentId, weights);
      facts.push(experimentFacts(experiment, judgement));
    }
    out.json(facts);
    if (facts.length === 0) out.line(m.cli_experiments_none());
    if (out.isJson || facts.length === 0) return;
    const header = [
      m.cli_column_id(),
      m.cli_column_name(),
      m.cli_column_kind(),
      m.cli_column_runs(),
      m.cli_column_seeds(),
      m.cli_column_state(),
      m.cli_column_dataset(),
      m.cli_column_verdict(),
    ];
    const rows = facts.map(({ verdict, missing, isPlanKnown, ...experiment }) => [
      experiment.experimentId,
      shortened(experiment.name, 40),
      m.cli_experiment_kind({ kind: experiment.kind }),
      String(experiment.runs.length),
      String(experiment.seeds.length),
      stateCounts(experiment.runs, missing),
      shortened(experiment.datasetName, 24),
      isPlanKnown ? verdict.sentence : `${verdict.sentence} ${m.experiments_plan_unknown()}`,
    ]);
    for (const line of table(header, fitted(header, rows, 1, out.width), header.slice(3, 5)))
      out.line(line);
  },
};

/** "5 finished, 1 failed, 2 not here" */
function stateCounts(runs: Experiment['runs'], missing: Judgement['missing']): string {
  const counts = new Map<RunState, number>();
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const absent = missing.filter(({ isHere }) => !isHere).length;
  return [
    ...[...counts].map(([state, count]) => m.cli_state_count({ count, state: stateWord(state) })),
    ...(absent === 0 ? [] : [m.cli_state_count({ count: absent, state: m.cli_run_not_here() })]),
  ].join(', ');
}
