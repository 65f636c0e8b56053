import type { DatasetsPort, RunsService } from '../../services.ts';

export type ReportSource = Readonly<{
  runs: Pick<RunsService, 'get' | 'series' | 'tensors' | 'predictions'>;
  datasets: Pick<DatasetsPort, 'get' | 'encodedPath'>;
}>;

export type ReportRequest = Readonly<{
  runIds: readonly string[];
  weights: 'best' | 'last';
}>;
