import * as m from '#messages';

/** A run's state in a word. */
export const stateWords = {
  queued: m.widgets_state_queued,
  running: m.widgets_state_running,
  paused: m.widgets_state_paused,
  stopped: m.widgets_state_stopped,
  finished: m.widgets_state_finished,
  diverged: m.widgets_state_diverged,
  failed: m.widgets_state_failed,
  interrupted: m.widgets_state_interrupted,
};

export type ShownState = keyof typeof stateWords;
