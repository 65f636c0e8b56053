import type { AppState } from '../../state/app.svelte.ts';
import { useQuery, type Query } from '../../state/query.svelte.ts';

/** The newest experiments that compare two configurations, and what may be said of the first so many. */
export function useAnswers(app: AppState, judged: () => number): Query<'experiments.answers'> {
  const answers = useQuery(app.bridge, 'experiments.answers', {
    input: () => ({ judged: judged() }),
    events: ['settings.changed'],
  });
  // Progress within a run changes no answer; how its runs stand does.
  const states = $derived(
    (app.runs.value ?? [])
      .map(({ runId, experimentId, state }) => (experimentId === null ? '' : runId + state))
      .join(),
  );
  let known: string | undefined;
  $effect(() => {
    if (known !== undefined && known !== states) void answers.nudge();
    known = states;
  });
  return answers;
}
