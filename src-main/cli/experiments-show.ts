import { bandText, verdictLines } from '#core/experiment/verdict-words.ts';
import { program } from '#core/program.ts';
import * as m from '#messages';

import { firstOf, type Command } from './command.ts';
import { experimentFacts, factorialLines, strataLines } from './experiment-facts.ts';
import { stateText } from './run-facts.ts';
import { fitted, pairs, percent, table } from './text.ts';
import { bestOrLastOption, readBestOrLast } from './weights-choice.ts';

export const experimentsShow: Command = {
  name: 'experiments show',
  operands: 'ID',
  least: 1,
  most: 1,
  summary: m.cli_experiments_show,
  options: bestOrLastOption,
  async run(args, { app, out }) {
    const { experiments, runs } = app().services;
    const experiment = experiments.get(experiments.resolve(firstOf(args)));
    const listed = runs.list({ runIds: experiment.runs.map(({ runId }) => runId) });
    const summaries = new Map(listed.map((run) => [run.runId, run]));
    const judgement = await experiments.judgeExperiment(
      experiment.experimentId,
      readBestOrLast(args),
    );
    const facts = experimentFacts(experiment, judgement);
    out.json({
      ...facts,
      runs: facts.runs.map((run) => ({
        ...run,
        progress: run.state === 'running' ? (summaries.get(run.runId)?.progress ?? null) : null,
      })),
    });
    if (out.isJson) return;
    const about = pairs([
      [m.cli_column_id(), experiment.experimentId],
      [m.cli_column_name(), experiment.name],
      [m.cli_column_kind(), m.cli_experiment_kind({ kind: experiment.kind })],
      [m.cli_column_dataset(), experiment.datasetName],
      [m.cli_column_seeds(), experiment.seeds.join(', ')],
      [m.cli_column_looks(), String(experiment.looks)],
      [m.cli_column_margin(), bandText(judgement.verdict)],
    ]);
    const header = [
      m.cli_column_run(),
      m.cli_column_name(),
      m.cli_column_state(),
      m.cli_column_variant(),
      m.cli_column_seed(),
      m.cli_column_test(),
    ];
    const members = experiment.runs.flatMap(({ runId }) => summaries.get(runId) ?? []);
    const rows = members.map((run) => [
      run.runId,
      run.name,
      stateText(run),
      run.variant ?? m.cli_variant_custom(),
      String(run.config.seed),
      percent(run.best?.testAccuracy),
    ]);
    const absent = judgement.missing
      .filter(({ isHere }) => !isHere)
      .map(({ runId, name, variant, seed }) => [
        runId,
        name,
        m.cli_run_not_here(),
        variant ?? m.cli_variant_custom(),
        String(seed),
        '-',
      ]);
    const { factorial } = judgement;
    for (const line of [
      ...about,
      '',
      ...table(header, fitted(header, [...rows, ...absent], 1, out.width), header.slice(4)),
      '',
      ...verdictLines(judgement),
      ...strataLines(judgement.strata ?? []),
      ...(factorial === null ? [] : ['', ...factorialLines(factorial)]),
      ...(factorial !== null && factorial.pending === 0 && factorial.blocks < 2
        ? [m.cli_factorial_extend({ program, experimentId: experiment.experimentId })]
        : []),
    ])
      out.line(line);
  },
};
