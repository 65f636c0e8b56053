import path from 'node:path';

import type { Baseline } from '#contract/baseline.ts';
import { AppError } from '#contract/failure.ts';
import { calls } from '#contract/index.ts';
import { nameSchema } from '#contract/name.ts';
import { noteSchema } from '#contract/run.ts';
import { startOf, widthOf } from '#core/wording/display-width.ts';
import { extremeLabel, extremeOf } from '#core/metrics/run-figures.ts';
import { epochMetrics, headline } from '#core/metrics/table.ts';
import { splitWord } from '#core/wording/value-words.ts';
import * as m from '#messages';

import type { RunsService } from '../../features/services.ts';
import { choiceOption } from '../arguments.ts';
import { type Arguments, type Command, firstOf, type Noun } from '../command.ts';
import { compare } from './compare.ts';
import { printRun, stateText } from '../show/run-facts.ts';
import { readTextFile } from '../text-file.ts';
import { count, figureText, fitted, moment, percent, table } from '../show/text.ts';
import { readWeights, weightsOptions, weightsText } from '../weights-choice.ts';

const runsList: Command = {
  name: 'runs list',
  summary: m.cli_runs_list,
  options: { trash: { text: m.cli_data_list_trash } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const isTrash = args.switches.has('trash');
    const summaries = runs.list({ isTrash });
    if (out.isJson) out.json(summaries.map(({ runId }) => runs.get({ runId })));
    else if (summaries.length === 0)
      out.line(isTrash ? m.cli_runs_none_in_trash() : m.cli_runs_none());
    else {
      const header = [
        m.cli_column_id(),
        m.cli_column_name(),
        m.cli_column_state(),
        m.cli_column_variant(),
        m.cli_column_dataset(),
        m.fields_unit_epochs(),
        m.cli_column_parameters(),
        m.fields_split_validation(),
        m.fields_split_test(),
        m.cli_column_created(),
        m.cli_column_tags(),
      ];
      const rows = summaries.map((run) => [
        run.runId,
        run.name,
        stateText(run),
        run.variant ?? m.cli_variant_custom(),
        run.datasetName,
        String(run.epochCount),
        count(run.parameters),
        percent(run.best?.valAccuracy),
        percent(run.best?.testAccuracy),
        moment(run.createdAt),
        run.tags.join(', '),
      ]);
      for (const line of table(header, fitted(header, rows, 1, out.width), header.slice(5, 9)))
        out.line(line);
    }
  },
};

const runsShow: Command = {
  name: 'runs show',
  operands: 'RUN',
  summary: m.cli_runs_show,
  options: { baseline: { text: m.cli_runs_show_baseline } },
  async run(args, { app, out }) {
    const { runs } = app().services;
    const run = runs.get({ runId: runs.resolve(firstOf(args)) });
    const baselines = args.switches.has('baseline')
      ? await trainedBaselines(runs, run.runId)
      : (await runs.baselinesOf([run.runId], { isTrained: false })).map((of) => of.baseline);
    printRun(out, run, baselines);
  },
};

async function trainedBaselines(runs: RunsService, runId: string): Promise<Baseline[]> {
  const [beside] = await runs.baselines({ runIds: [runId], weights: 'best' });
  if (beside?.baseline != null && beside.whole !== null)
    return [beside.baseline, beside.whole.baseline];
  throw new AppError('unavailable', beside?.reason ?? m.cli_no_reason());
}

const runsRename: Command = {
  name: 'runs rename',
  operands: 'RUN NAME',
  summary: m.cli_runs_rename,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const parsed = calls['runs.rename'].input.safeParse({ runId, name: args.operands[1] });
    if (!parsed.success)
      throw new AppError('invalid', parsed.error.issues[0]?.message ?? m.app_name_length(), {
        field: 'name',
      });
    const { name } = parsed.data;
    runs.rename({ runId, name });
    out.json(runs.get({ runId }));
    out.line(m.cli_runs_renamed({ runId, name }));
  },
};

const runsTag: Command = {
  name: 'runs tag',
  operands: 'RUN TAG...',
  most: 51,
  summary: m.cli_runs_tag,
  options: { remove: { text: m.cli_runs_tag_remove } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const tags = args.operands.slice(1);
    const parsed = calls['runs.tag'].input.safeParse({
      runIds: [runId],
      [args.switches.has('remove') ? 'remove' : 'add']: tags,
    });
    if (!parsed.success) throw new AppError('invalid', m.cli_runs_tag_bounds(), { field: 'tag' });
    runs.tag(parsed.data);
    const run = runs.get({ runId });
    out.json(run);
    out.line(
      run.tags.length === 0
        ? m.cli_runs_untagged({ runId })
        : m.cli_runs_tagged({ runId, tags: run.tags.join(', ') }),
    );
  },
};

const runsNote: Command = {
  name: 'runs note',
  operands: 'RUN TEXT',
  summary: m.cli_runs_note,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runId = runs.resolve(firstOf(args));
    const note = noteSchema.safeParse(args.operands[1]);
    if (!note.success) throw new AppError('invalid', m.cli_runs_note_length(), { field: 'text' });
    runs.note({ runId, note: note.data });
    const run = runs.get({ runId });
    out.json(run);
    out.line(run.note === '' ? m.cli_runs_note_removed({ runId }) : m.cli_runs_noted({ runId }));
  },
};

const runsFavourite: Command = {
  name: 'runs favourite',
  operands: 'RUN...',
  summary: m.cli_runs_favourite,
  options: { remove: { text: m.cli_runs_favourite_remove } },
  run(args, { app, out }) {
    const { runs } = app().services;
    const isFavourite = !args.switches.has('remove');
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name)))];
    runs.favourite({ runIds, isFavourite });
    out.json(runIds.map((runId) => runs.get({ runId })));
    out.line(
      isFavourite
        ? m.cli_runs_favoured({ count: runIds.length })
        : m.cli_runs_unfavoured({ count: runIds.length }),
    );
  },
};

const runsPredictions: Command = {
  name: 'runs predictions',
  operands: 'RUN',
  summary: m.cli_runs_predictions,
  options: { split: { value: 'S', text: m.cli_runs_predictions_split }, ...weightsOptions },
  async run(args, { app, out }) {
    const split = choiceOption(args, 'split', ['test', 'validation']) ?? 'test';
    const weights = readWeights(args);
    const { runs, datasets } = app().services;
    const run = runs.get({ runId: runs.resolve(firstOf(args)) });
    const predictions = await runs.predictions(run.runId, { split, weights });
    out.json(predictions);
    if (out.isJson) return;
    const rows = predictions.map(({ row, label, probability }) => [
      String(row),
      label === null ? '-' : String(label),
      probability.toFixed(6),
    ]);
    const header = [m.cli_column_row(), m.cli_column_label(), m.cli_column_probability()];
    for (const line of table(header, rows, header)) out.line(line);
    if (predictions.some(({ label }) => label === null))
      out.note(m.datasets_not_here(datasets.get({ datasetId: run.dataset })));
    out.note(
      m.cli_runs_predictions_count({
        count: predictions.length,
        split: splitWord(split),
        weights: weightsText(weights),
      }),
    );
  },
};

const runsDelete: Command = {
  name: 'runs delete',
  operands: 'RUN...',
  summary: m.cli_runs_delete,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    // All names first: a wrong one must not leave the work half done.
    const runIds = [
      ...new Set(
        args.operands.map((name) => runs.resolve(name, { elsewhere: m.runs_in_trash_already })),
      ),
    ];
    const removed = runs.remove({ runIds }).runIds;
    out.json(removed.map((runId) => runs.get({ runId })));
    out.line(m.cli_runs_deleted({ count: removed.length, runIds: removed.join(' ') }));
  },
};

const runsRestore: Command = {
  name: 'runs restore',
  operands: 'RUN...',
  summary: m.cli_runs_restore,
  options: {},
  run(args, { app, out }) {
    const { runs } = app().services;
    const runIds = [...new Set(args.operands.map((name) => runs.resolve(name, { isTrash: true })))];
    const restored = runs.restore({ runIds }).runIds;
    out.json(restored.map((runId) => runs.get({ runId })));
    out.line(m.cli_runs_restored({ count: restored.length }));
  },
};

const runsImportCurves: Command = {
  name: 'runs import-curves',
  operands: 'FILE',
  summary: m.cli_runs_import_curves,
  options: { name: { value: 'N', text: m.cli_runs_import_curves_name } },
  run(args, { app, out, folder }) {
    const { name } = args.values;
    const imported = app().services.outsideCurves.import({
      path: path.resolve(folder, firstOf(args)),
      ...(name === undefined ? {} : { name: nameSchema.parse(name) }),
    });
    out.json(imported);
    for (const { curveId, name: given, epochs } of imported.curves)
      out.line(m.cli_runs_curve_imported({ name: given, curveId, epochs: count(epochs.length) }));
    if (imported.isFromZero) out.note(m.cli_runs_curves_from_zero());
    if (imported.unusedColumns.length > 0)
      out.note(m.cli_runs_curves_unused({ columns: imported.unusedColumns.join(', ') }));
  },
};

const runsCurves: Command = {
  name: 'runs curves',
  summary: m.cli_runs_curves,
  options: {},
  run(_, { app, out }) {
    const curves = app().services.outsideCurves.list();
    out.json(curves);
    if (curves.length === 0) {
      out.line(m.cli_runs_curves_none());
      return;
    }
    const figures = [headline.loss, headline.accuracy];
    const numbers = [
      m.fields_unit_epochs(),
      ...figures.map((figure) => extremeLabel(figure).toLowerCase()),
    ];
    const header = [
      m.cli_column_id(),
      m.cli_column_name(),
      ...numbers,
      m.cli_column_file(),
      m.cli_column_imported(),
    ];
    const rows = curves.map((curve) => [
      curve.curveId,
      curve.name,
      String(curve.epochs.length),
      ...figures.map((figure) =>
        figureText(epochMetrics[figure].format, extremeOf(figure, curve.epochs)),
      ),
      curve.fileName,
      moment(curve.importedAt),
    ]);
    for (const line of table(header, rows, numbers)) out.line(line);
  },
};

const runsRemoveCurves: Command = {
  name: 'runs remove-curves',
  operands: 'CURVE...',
  summary: m.cli_runs_remove_curves,
  options: {},
  run(args, { app, out }) {
    const { outsideCurves } = app().services;
    const curveIds = [...new Set(args.operands.map((name) => outsideCurves.resolve(name)))];
    for (const curveId of curveIds) outsideCurves.remove({ curveId });
    out.json(curveIds);
    out.line(m.cli_runs_curves_removed({ count: curveIds.length }));
  },
};

const predict: Command = {
  name: 'predict',
  operands: 'RUN',
  summary: m.cli_predict,
  options: {
    text: { value: 'T', text: m.cli_predict_text },
    file: { value: 'F', text: m.cli_predict_file },
    weights: { value: 'W', text: m.cli_option_weights },
  },
  async run(args, { app, out, folder }) {
    const weights = choiceOption(args, 'weights', ['best', 'last']) ?? 'best';
    const texts = readTexts(args, folder);
    const { runs } = app().services;
    const predictions = await runs.predictTexts(runs.resolve(firstOf(args)), texts, weights);
    out.json(predictions);
    for (const [index, { probability, label, tokens }] of predictions.entries()) {
      const unknown = tokens.filter((token) => token.oov).length;
      out.line(
        m.cli_prediction({
          label,
          percent: percent(probability),
          tokens: tokens.length,
          unknown,
          text: shorten(texts[index] ?? ''),
        }),
      );
    }
  },
};

function readTexts(args: Arguments, folder: string): string[] {
  const { text, file } = args.values;
  if ((text === undefined) === (file === undefined))
    throw new AppError('invalid', m.cli_predict_text_or_file());
  if (text !== undefined) return [text];
  const target = path.resolve(folder, file ?? '');
  const lines = readText(target).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new AppError('badInput', m.cli_no_text({ file: target }));
  return lines;
}

function readText(file: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new AppError('notFound', m.app_path_missing({ path: file }), { cause: error });
    throw new AppError('badInput', m.cli_file_unreadable({ file }), {
      cause: error,
    });
  }
}

const shorten = (text: string): string => (widthOf(text) > 50 ? `${startOf(text, 49)}…` : text);

export const runs: Noun = {
  title: m.cli_noun_runs,
  commands: [
    runsList,
    runsShow,
    runsRename,
    runsTag,
    runsNote,
    runsFavourite,
    runsPredictions,
    runsDelete,
    runsRestore,
    runsImportCurves,
    runsCurves,
    runsRemoveCurves,
    predict,
    compare,
  ],
};
