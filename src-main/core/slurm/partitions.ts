import type { Partition } from '#contract/slurm.ts';

/** What sinfo is asked for with --format, without a header: a line for each kind of node of a partition. */
export const sinfoFormat = '%P|%a|%l|%c|%m';

/** The partitions, those that take jobs first. */
export function readSinfo(output: string): readonly Partition[] {
  const byName = new Map<string, Partition>();
  for (const line of output.split('\n')) {
    const [mark, availability, timeLimit, cores, megabytes] = line.trim().split('|');
    if (mark === undefined || timeLimit === undefined || megabytes === undefined) continue;
    const name = mark.replace(/\*$/, '');
    const node = { cores: least(cores), memoryBytes: least(megabytes) * 2 ** 20 };
    const known = byName.get(name);
    byName.set(name, {
      name,
      isDefault: mark.endsWith('*'),
      isUp: availability === 'up',
      timeLimit,
      cores: Math.min(node.cores, known?.cores ?? Infinity),
      memoryBytes: Math.min(node.memoryBytes, known?.memoryBytes ?? Infinity),
    });
  }
  return [...byName.values()].sort((a, b) => Number(b.isUp) - Number(a.isUp));
}

/** "16", or "16+" where nodes differ. */
const least = (text: string | undefined): number => Number.parseInt(text ?? '', 10) || 0;
