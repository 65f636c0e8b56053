/** The texts that were stored under a key of this browser's local storage; none where there is nothing or it is damaged. */
export function storedList(key: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    // A damaged note of choices is not worth a word.
    return [];
  }
}

export function storeList(key: string, list: readonly string[]): void {
  localStorage.setItem(key, JSON.stringify(list));
}
