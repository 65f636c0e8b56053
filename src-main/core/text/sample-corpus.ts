import { randomStream, type RandomStream } from '../util/random.ts';

/** A context-free grammar: `{symbol}` in an expansion is replaced by one of that symbol's expansions. */
export type SampleGrammar = Readonly<{
  seed: number;
  /** Reviews a split, half of them positive. */
  train: number;
  test: number;
  symbols: Readonly<Record<string, readonly string[]>>;
}>;

export type SampleReview = Readonly<{ split: 'train' | 'test'; label: 0 | 1; text: string }>;

/**
 * The synthetic corpus: always the same reviews for a grammar, no two alike. What makes it learnable but not trivial: negated
 * words, and sentences that speak for the other side.
 */
export function generateSampleCorpus(grammar: SampleGrammar): SampleReview[] {
  const random = randomStream(grammar.seed, 'sample corpus');
  const seen = new Set<string>();
  return (['train', 'test'] as const).flatMap((split) =>
    Array.from({ length: grammar[split] }, (_, row): SampleReview => {
      const label = row % 2 === 0 ? 1 : 0;
      let text = writeReview(grammar, label, random);
      while (seen.has(text)) text = writeReview(grammar, label, random);
      seen.add(text);
      return { split, label, text };
    }),
  );
}

/** What each sentence of a review is, beside its last word. */
type Part = 'own' | 'contrary' | 'mixed' | 'neutral';

function writeReview(grammar: SampleGrammar, label: 0 | 1, random: RandomStream): string {
  const own = label === 1 ? 'Positive' : 'Negative';
  const other = label === 1 ? 'negative' : 'positive';
  const symbols: Readonly<Record<Part, string>> = {
    own: own.toLowerCase(),
    contrary: other,
    mixed: `mixed${own}`,
    neutral: 'neutral',
  };
  const sentences = planReview(random).map((part) => expand(grammar, symbols[part], random));
  if (random.uniform() < 0.4) sentences.push(expand(grammar, `verdict${own}`, random));
  return sentences.map(capitalise).join(' ');
}

/** Two to nine sentences in random order; the review's own side is ahead by at least one. */
function planReview(random: RandomStream): Part[] {
  const draw = random.uniform();
  const contrary = draw < 0.45 ? 0 : draw < 0.9 ? 1 : 2;
  const lead = random.uniform() < 0.6 ? 1 : 2;
  const parts: Part[] = [
    ...repeat<Part>('contrary', contrary),
    ...repeat<Part>('own', contrary + lead - 1),
    random.uniform() < 0.3 ? 'mixed' : 'own',
    ...repeat<Part>('neutral', 1 + random.below(3)),
  ];
  for (let last = parts.length - 1; last > 0; last -= 1) {
    const chosen = random.below(last + 1);
    const kept = parts[last] as Part;
    parts[last] = parts[chosen] as Part;
    parts[chosen] = kept;
  }
  return parts;
}

function repeat<T>(value: T, count: number): T[] {
  return new Array<T>(count).fill(value);
}

function expand(grammar: SampleGrammar, symbol: string, random: RandomStream): string {
  const expansions = grammar.symbols[symbol];
  if (expansions === undefined || expansions.length === 0) {
    throw new Error(`The sample grammar has no symbol "${symbol}".`);
  }
  const chosen = expansions[random.below(expansions.length)] ?? '';
  return chosen
    .replace(/\{(\w+)\}/g, (_, inner: string) => expand(grammar, inner, random))
    .replace(/ {2,}/g, ' ');
}

function capitalise(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
