const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Waiting that Ctrl-C, SIGTERM and a closed terminal end: `left` resolves with the first of them. */
export async function untilLeft<T>(work: (left: Promise<'left'>) => Promise<T>): Promise<T> {
  let onSignal = (): void => undefined;
  const left = new Promise<'left'>((resolve) => {
    onSignal = () => {
      resolve('left');
    };
  });
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await work(left);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
