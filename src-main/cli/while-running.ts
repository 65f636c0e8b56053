import { AppError } from '#contract/failure.ts';

/** Work that Ctrl-C cancels: nothing is left half done. */
export async function whileRunning<T>(
  cancelled: () => string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = () => {
    controller.abort(new AppError('cancelled', cancelled()));
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}
