import { expect, it } from 'vitest';

import type { KeyMap } from './keys.svelte.ts';
import { keyLabel, shortcutSections } from './shortcuts.ts';

it('names keys as they stand on the keyboard', () => {
  expect(
    ['n', 'Ctrl+k', 'Ctrl+,', 'Shift+ArrowDown', 'Delete', 'Escape', 'F2', '?'].map(keyLabel),
  ).toEqual(['N', 'Ctrl K', 'Ctrl ,', 'Shift ↓', 'Del', 'Esc', 'F2', '?']);
});

it('tells each key of a place once', () => {
  for (const { title, shortcuts } of shortcutSections()) {
    const keys = shortcuts.flatMap((shortcut) => shortcut.keys);
    expect(new Set(keys).size, title).toBe(keys.length);
    expect(new Set(shortcuts.map(({ what }) => what)).size, title).toBe(shortcuts.length);
  }
});

it('lets no key be handled that is not told', () => {
  const told: KeyMap<'runs'> = { j: () => undefined, Escape: () => undefined };
  // @ts-expect-error "w" is in no list
  const untold: KeyMap<'runs'> = { w: () => undefined };
  // @ts-expect-error "y" is a key of the charts
  const elsewhere: KeyMap<'runs'> = { y: () => undefined };
  expect([told, untold, elsewhere].map((map) => Object.keys(map).length)).toEqual([2, 1, 1]);
});
