import type { Dataset } from '#contract/dataset.ts';
import * as m from '#messages';

import type { AppState } from '../../state/app.svelte.ts';

/** Gives a dataset another name, which can be undone. */
export async function renameDataset(
  app: AppState,
  { datasetId, name: before }: Dataset,
  wanted: string,
): Promise<void> {
  const send = async (name: string): Promise<boolean> => {
    const result = await app.bridge.call('datasets.rename', { datasetId, name });
    if (!result.ok) app.toasts.fail(result.failure);
    await app.datasets.refresh();
    return result.ok;
  };
  const name = wanted.trim();
  if (name === '' || name === before || !(await send(name))) return;
  app.toasts.say(m.runs_renamed({ name }), {
    undo: async () => {
      await send(before);
    },
  });
}
