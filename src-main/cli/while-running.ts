import { AppError } from '#contract/failure.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Work that Ctrl-C, SIGTERM and a closed terminal cancel: nothing is left half done. */
export async function whileRunning<T>(
  cancelled: () => string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = () => {
    controller.abort(new AppError('cancelled', cancelled()));
  };
  for (const signal of signals) process.on(signal, cancel);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, cancel);
  }
}
