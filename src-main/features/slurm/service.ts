import type { Emit } from '#contract/index.ts';

import type { WriteDb } from '../../db/handles.ts';
import type {
  BundlesService,
  DatasetsPort,
  ExperimentsService,
  RunsService,
  SlurmProgram,
  SlurmService,
  SweepsService,
} from '../services.ts';
import { collectTasks } from './collect.ts';
import { createSlurmCommands } from './commands.ts';
import { submitRuns } from './submit.ts';

export function createSlurmService(
  options: Readonly<{
    db: WriteDb;
    home: string;
    runs: Pick<RunsService, 'elsewhere'>;
    datasets: Pick<DatasetsPort, 'get' | 'encodedPath'>;
    experiments: Pick<ExperimentsService, 'get'>;
    bundles: Pick<BundlesService, 'exportMoment' | 'importFrom'>;
    sweeps: Pick<SweepsService, 'requestOf'>;
    program: SlurmProgram;
    emit: Emit;
    now: () => Date;
    twofoldVersion: string;
  }>,
): SlurmService {
  const slurm = createSlurmCommands();
  const parts = { ...options, slurm };
  return {
    async start({ options: wishes, ...request }) {
      await slurm.assertHere();
      const created = options.runs.elsewhere.create(options.sweeps.requestOf(request));
      const submitted = await submitRuns(parts, created, wishes);
      const experiment = options.experiments.get(created[0]?.experimentId ?? '');
      return { ...experiment, slurm: submitted };
    },
    collect: (experimentId) => collectTasks(parts, experimentId),
  };
}
