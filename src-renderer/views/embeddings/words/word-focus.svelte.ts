/** What is pointed at, chosen and selected: the same in every panel of a comparison. */
export class WordFocus {
  hovered = $state<string | null>(null);
  picked = $state<string | null>(null);
  selected = $state.raw<ReadonlySet<string>>(new Set());
  /** Those whose way through the epochs is drawn, the latest last. */
  followed = $state.raw<readonly string[]>([]);

  hover = (word: string | null): void => {
    this.hovered = word;
  };

  pick = (word: string): void => {
    this.picked = word;
  };

  select = (words: ReadonlySet<string>): void => {
    this.selected = words;
  };

  /** One more; the first makes room where there are too many to tell apart. */
  follow = (word: string): void => {
    this.followed = [...this.followed.filter((other) => other !== word), word].slice(-mostFollowed);
  };

  unfollow = (word: string): void => {
    this.followed = this.followed.filter((other) => other !== word);
  };
}

export const mostFollowed = 8;
