export type Pace = Readonly<{
  addStep: (rows: number, seconds: number) => void;
  setEvaluation: (seconds: number) => void;
  /** Over the latest steps; null before the second one, because the first prepares the graph. */
  samplesPerSecond: () => number | null;
  secondsLeft: (
    work: Readonly<{ rowsLeft: number; evaluationsLeft: number; evaluatedCount: number }>,
  ) => number | null;
}>;

/** Rate and time left from the latest steps. */
export function createPace(): Pace {
  const recent: { rows: number; seconds: number }[] = [];
  let stepCount = 0;
  let evaluationSeconds: number | null = null;

  function rate(): number | null {
    const rows = recent.reduce((sum, step) => sum + step.rows, 0);
    const seconds = recent.reduce((sum, step) => sum + step.seconds, 0);
    return seconds > 0 ? rows / seconds : null;
  }

  return {
    addStep(rows, seconds) {
      stepCount += 1;
      if (stepCount === 1) return;
      recent.push({ rows, seconds });
      if (recent.length > RECENT_STEPS) recent.shift();
    },
    setEvaluation(seconds) {
      evaluationSeconds = seconds;
    },
    samplesPerSecond: rate,
    secondsLeft({ rowsLeft, evaluationsLeft, evaluatedCount }) {
      const samples = rate();
      if (samples === null || recent.length < 5) return null;
      const evaluation = evaluationSeconds ?? evaluatedCount / (EVALUATION_SPEEDUP * samples);
      return rowsLeft / samples + evaluationsLeft * evaluation;
    },
  };
}

const RECENT_STEPS = 30;
/** Evaluation against training, until the first one is measured (LABLOG.md). */
const EVALUATION_SPEEDUP = 3;
