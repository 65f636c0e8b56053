import type { AppState } from '../../state/app.svelte.ts';

/** Where a question leads: New run with a plan, three seeds where it compares. */
export const questions = {
  shared: { preset: 'pair', seed: '1', seeds: '3' },
  setting: { preset: 'embedding', seed: '1', seeds: '3' },
  length: { preset: 'pair', seed: '1', seeds: '3' },
  best: { preset: 'grid', seed: '1', seeds: '3' },
  inside: { preset: 'A', seed: '1', seeds: '1' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
export type Question = keyof typeof questions;

/** Opens the form; where there are no reviews yet, the sample is imported for it. */
export async function ask(app: AppState, question: Question): Promise<void> {
  if (app.datasets.value?.length === 0) {
    const started = app.jobs.listed(await app.bridge.call('datasets.startSample', {}));
    if (!started.ok) app.toasts.fail(started.failure);
  }
  app.newRun.useBase('defaults');
  if (question === 'length') {
    app.newRun.choosePlan('pair');
    app.newRun.vary('maxLength');
  }
  app.router.go('new-run', questions[question]);
}
