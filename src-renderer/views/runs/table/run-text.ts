import type { RunSummary } from '#contract/run.ts';
import { count, duration, timeLeft } from '#core/wording/number-text.ts';
import * as m from '#messages';

import { isOnSlurm } from '../../../parts/slurm/slurm-text.ts';

/** A few words beside the name where the state needs some; null for finished and running runs. */
export function stateBadge(
  run: RunSummary,
): Readonly<{ text: string; tone: 'plain' | 'error' | 'warn' }> | null {
  if (isOnSlurm(run) && run.request === null)
    return {
      text: run.state === 'queued' ? m.slurm_badge_waiting() : m.slurm_badge_running(),
      tone: 'plain',
    };
  switch (run.state) {
    case 'finished':
    case 'running':
      return run.request === null
        ? null
        : { text: run.request === 'stop' ? m.runs_stopping() : m.runs_pausing(), tone: 'plain' };
    case 'queued':
      return { text: m.fields_state_queued(), tone: 'plain' };
    case 'paused':
      return { text: m.fields_state_paused(), tone: 'plain' };
    case 'stopped':
      return { text: m.fields_state_stopped(), tone: 'plain' };
    case 'diverged':
      return {
        text:
          run.progress === null
            ? m.fields_state_diverged()
            : m.charts_nan_at_step({ step: count(run.progress.step) }),
        tone: 'plain',
      };
    case 'failed':
      return { text: m.fields_state_failed(), tone: 'plain' };
    case 'interrupted':
      return {
        text:
          run.epochCount > 0
            ? m.runs_badge_resume_from({ epoch: count(run.epochCount) })
            : m.fields_state_interrupted(),
        tone: 'plain',
      };
  }
}

/** Why a run did not end well and what to do; null where there is nothing to say. Reasons say themselves what is kept. */
export function endingText(run: RunSummary): string | null {
  switch (run.state) {
    case 'diverged':
    case 'interrupted':
      return run.reason ?? adviceFor(run);
    case 'failed':
      if (run.reason !== null && run.reasonKind !== 'text') return run.reason;
      return [run.reason, adviceFor(run)].filter((text) => text !== null).join(' ');
    default:
      return null;
  }
}

export function timeText(run: RunSummary): string {
  if (run.state === 'running') {
    if (isOnSlurm(run)) return '';
    const left = timeLeft(run.progress?.secondsLeft ?? null);
    return left === null ? m.runs_measuring() : m.runs_time_left({ time: left });
  }
  return run.trainedSeconds > 0 ? duration(run.trainedSeconds) : '';
}

function adviceFor(run: RunSummary): string {
  switch (run.state) {
    case 'diverged':
      return run.config.lstmActivation === 'relu'
        ? m.runs_advice_diverged_relu()
        : m.runs_advice_diverged();
    case 'failed':
      return run.epochCount > 0
        ? m.runs_advice_failed_kept({ epoch: count(run.epochCount) })
        : m.runs_advice_failed();
    default:
      return run.epochCount > 0
        ? m.runs_advice_failed_kept({ epoch: count(run.epochCount) })
        : m.runs_advice_interrupted_early();
  }
}
