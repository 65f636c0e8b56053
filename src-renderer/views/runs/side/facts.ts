import { configFieldNames } from '#contract/config-fields.ts';
import type { MarkedEpoch, RunSummary } from '#contract/run.ts';
import { taskIdOf, toldText } from '#core/slurm/task-state.ts';

import { fieldLabel, fieldValue, startText } from '#core/config/field-words.ts';
import { accuracy, bytes, count, duration, loss, moment } from '#core/wording/number-text.ts';
import * as m from '#messages';

import { basisWords } from '../../../parts/runs/basis-words.ts';

export type Fact = Readonly<{ label: string; value: string; isCode?: boolean }>;
export type FactSection = Readonly<{ title: string; facts: readonly Fact[] }>;

/** All that is known of a run: result, settings, plan, versions, hashes. What is not known is left out. */
export function factsOf(run: RunSummary, runs: readonly RunSummary[]): readonly FactSection[] {
  const sections: FactSection[] = [
    {
      title: m.runs_info_result(),
      facts: known([
        [m.runs_info_reason(), run.reason],
        [m.runs_info_best(), run.best === null ? null : epochText(run.best)],
        [m.runs_info_last(), run.last === null ? null : epochText(run.last)],
        [m.runs_info_trained(), run.trainedSeconds > 0 ? duration(run.trainedSeconds) : null],
        [m.common_started(), moment(run.createdAt)],
        [m.runs_info_ended(), run.endedAt === null ? null : moment(run.endedAt)],
        [m.metrics_parameters(), count(run.parameters)],
        [m.app_trash_size(), bytes(run.diskBytes)],
        [m.runs_column_tags(), run.tags.length === 0 ? null : run.tags.join(', ')],
        [m.runs_column_note(), run.note === '' ? null : run.note],
      ]),
    },
    ...expectedSection(run),
    ...slurmSection(run),
    {
      title: m.runs_info_settings(),
      facts: [
        { label: fieldLabel('variant'), value: fieldValue('variant', run.variant) },
        ...configFieldNames.map((name) => ({
          label: fieldLabel(name),
          value: fieldValue(name, run.config[name]),
        })),
        { label: fieldLabel('startFrom'), value: startText(run.config.startFrom, runs) },
      ],
    },
  ];
  if (run.plan !== null) {
    const { plan } = run;
    sections.push({
      title: m.runs_info_plan(),
      facts: known([
        [m.fields_backend(), plan.backend],
        [
          m.fields_threads(),
          m.runs_info_threads_value({
            intra: count(plan.intraOpThreads),
            inter: count(plan.interOpThreads),
          }),
        ],
        [
          m.runs_info_chunks(),
          m.runs_info_chunks_value({
            lstm: count(plan.lstmChunk),
            conv: count(plan.convChunk),
            flatten: count(plan.flattenChunk),
          }),
        ],
        [m.runs_info_backward(), plan.lstmBackward],
      ]),
    });
  }
  const { versions } = run;
  sections.push({
    title: m.runs_info_provenance(),
    facts: [
      ...known([
        [m.app_trash_dataset(), run.datasetName],
        [m.runs_info_twofold(), versions?.twofold ?? null],
        [m.common_tensorflow(), versions?.tensorflow ?? null],
        [m.common_tensorflow_js(), versions?.tfjs ?? null],
        [m.common_node(), versions?.node ?? null],
      ]),
      ...known([
        [m.runs_info_id(), run.runId],
        [m.runs_info_dataset_hash(), run.datasetHash],
        [m.common_last_weights(), run.weightsHash],
        [m.common_best_weights(), run.bestWeightsHash],
      ]).map((fact) => ({ ...fact, isCode: true })),
    ],
  });
  return sections;
}

/** Estimate and actual, side by side. */
function expectedSection({
  expected,
  last,
  memoryBytes,
  diskBytes,
  state,
}: RunSummary): FactSection[] {
  if (expected === null) return [];
  const pair = (wanted: string, took: string | null) =>
    took === null
      ? m.runs_info_expected_only({ wanted })
      : m.runs_info_expected_took({ wanted, took });
  return [
    {
      title: m.runs_info_expected(),
      facts: [
        {
          label: m.runs_info_expected_epoch(),
          value: pair(
            duration(expected.secondsPerEpoch),
            last === null ? null : duration(last.trainSeconds + last.evalSeconds),
          ),
        },
        {
          label: m.common_memory_peak(),
          value: pair(
            bytes(expected.peakMemoryBytes),
            memoryBytes === null ? null : bytes(memoryBytes),
          ),
        },
        {
          label: m.app_trash_size(),
          value: pair(bytes(expected.diskBytes), state === 'finished' ? bytes(diskBytes) : null),
        },
        { label: m.runs_info_expected_basis(), value: basisWords(expected.basis) },
      ],
    },
  ];
}

function slurmSection({ slurm }: RunSummary): FactSection[] {
  if (slurm === undefined) return [];
  const { jobId, folder } = slurm;
  const told = toldText(slurm);
  return [
    {
      title: m.slurm_name(),
      facts: [
        ...known([
          [m.slurm_info_job(), jobId === null ? null : taskIdOf(slurm)],
          [m.slurm_info_state(), told === '' ? null : told],
        ]),
        { label: m.slurm_info_folder(), value: folder, isCode: true },
      ],
    },
  ];
}

function epochText(epoch: MarkedEpoch): string {
  return m.runs_info_epoch({
    epoch: count(epoch.epoch),
    accuracy: accuracy(epoch.testAccuracy),
    loss: loss(epoch.valLoss),
  });
}

function known(entries: readonly (readonly [label: string, value: string | null])[]): Fact[] {
  return entries.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}
