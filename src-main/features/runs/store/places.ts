import path from 'node:path';

/*
 * <home>/runs/<runId>/   last.ckpt, best.weights, epoch-0.weights (trainer/child); start.weights where it started from another run
 *                        last.ckpt.next, best.weights.next: of an epoch whose rows are about to be stored (settle.ts)
 * <home>/logs/<runId>.log   what the child wrote to stdout and stderr; .1 is the older part
 */

export const runFolder = (home: string, runId: string): string => path.join(home, 'runs', runId);
export const checkpointFile = (home: string, runId: string): string =>
  path.join(runFolder(home, runId), 'last.ckpt');
export const bestWeightsFile = (home: string, runId: string): string =>
  path.join(runFolder(home, runId), 'best.weights');
export const epochWeightsFile = (home: string, runId: string, epoch: number): string =>
  path.join(runFolder(home, runId), `epoch-${epoch}.weights`);
export const startWeightsFile = (home: string, runId: string): string =>
  path.join(runFolder(home, runId), 'start.weights');
export const logFile = (home: string, runId: string): string =>
  path.join(home, 'logs', `${runId}.log`);
