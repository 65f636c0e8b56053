import { createInterface } from 'node:readline';

type Work = (count: number) => number | Promise<number>;

/** A worker's side of worker-process.ts: says that it is ready, then does what it is told and times it. */
export async function answer(
  versions: Readonly<Record<string, string>>,
  work: Readonly<{ train: Work; evaluate: Work }>,
): Promise<void> {
  say({ versions });
  for await (const line of createInterface({ input: process.stdin })) {
    const [kind, count] = line.split(' ');
    const begunAt = performance.now();
    const before = process.cpuUsage();
    const rows = await (kind === 'train' ? work.train : work.evaluate)(Number(count));
    const { user, system } = process.cpuUsage(before);
    say({
      rows,
      seconds: (performance.now() - begunAt) / 1000,
      processorSeconds: (user + system) / 1e6,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    });
  }
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
