import { transplantReading } from '../../src-main/core/embeddings/transplant/transplant-reading.ts';
import { plantedTransplant } from '../../src-main/testing/builders/planted-tables.ts';

/*
 * How often the reading of a transplant is right where the truth is known: two tables share so many directions of 16 and the model reads
 * all of them, or they share none.
 */

const dims = 16;
const pairs = 40;
const words = 2000;

export function report(): Promise<string> {
  const rows = [0, 1, 2, 4, 8].map((shared) => {
    const readings = Array.from({ length: pairs }, (_, seed) =>
      transplantReading(plantedTransplant({ shared, dims, words, reviews: 1000, seed })),
    );
    const of = (kind: string) => readings.filter((reading) => reading.kind === kind).length;
    const needed = (is: (k: number) => boolean) =>
      readings.filter(({ directions }) => directions !== null && is(directions.k)).length;
    return [
      ...[shared, of('survives'), of('partly'), of('lost')],
      ...[needed((k) => k < shared), needed((k) => k === shared), needed((k) => k > shared)],
    ];
  });
  const header = [
    'shared',
    'survives',
    'partly',
    'does not survive',
    'k too small',
    'k right',
    'k too large',
  ];
  return Promise.resolve(
    [
      '## Transplant: what survives the alignment, and with how many directions no loss is detected',
      '',
      ...[header, header.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
      '',
      `Each row counts ${pairs} simulated pairs of tables with ${dims} dimensions, 2,000 words and 1,000 test reviews.`,
      '',
    ].join('\n'),
  );
}

if (import.meta.main) process.stdout.write(await report());
