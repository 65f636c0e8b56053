/** The three factors that make an A an A and a B a B; true is B's level. */
export type FactorLevels = Readonly<{ embedding: boolean; padding: boolean; head: boolean }>;

export const isAt = (run: FactorLevels, cell: FactorLevels): boolean =>
  run.embedding === cell.embedding && run.padding === cell.padding && run.head === cell.head;
