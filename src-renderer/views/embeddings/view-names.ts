/** The ways to look at a comparison, and at embeddings: an address names them. */
export const diffTabs = ['words', 'space', 'time'] as const;
export type DiffTab = (typeof diffTabs)[number];
export type ViewName = 'sentence' | DiffTab;

export const diffTabOf = (name: string | null): DiffTab | null =>
  diffTabs.find((tab) => tab === name) ?? null;
