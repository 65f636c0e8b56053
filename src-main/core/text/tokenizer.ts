/** The characters that Keras's `text_to_word_sequence` replaces by a space. The apostrophe is not among them. */
export const KERAS_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

/**
 * Keras's `text_to_word_sequence`: lower case, filter characters to spaces, split at spaces. Other white space (carriage
 * return, no-break space) is part of a word, as it is there.
 */
export function tokenize(text: string): string[] {
  const words = text.toLowerCase().split(separators);
  // A separator at either end leaves one empty string there; inside, runs of separators are one.
  if (words[words.length - 1] === '') words.pop();
  if (words[0] === '') words.shift();
  return words;
}

/** Whether a text has any word, told without splitting it. */
export function hasWords(text: string): boolean {
  return !onlySeparators.test(text);
}

const onlySeparators = /^[ !"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]*$/;
const separators = /[ !"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]+/;
