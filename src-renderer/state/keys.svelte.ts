import type { KeyOf, Place } from './shortcuts.ts';

type Act = (event: KeyboardEvent) => void;
/** Key -> what it does. A key is written as `n`, `/`, `Ctrl+k`, `Shift+ArrowLeft`, `Space`; Ctrl is Command on a Mac. */
export type KeyMap<P extends Place> = Readonly<Partial<Record<KeyOf<P>, Act>>>;

/**
 * Handles keys for as long as the calling component lives. Keys without Ctrl are left to a field that has the focus, and all of
 * them to an open dialog or menu.
 */
export function useKeys<P extends Place>(_place: P, keys: () => KeyMap<P>): void {
  $effect(() => {
    const map: ActsByKey = keys();
    const handle = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const run = map[keyOf(event)];
      if (run === undefined) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (
        isInLayer() ||
        (isTyping(event.target) && (!isCommand || event.key.toLowerCase() === 'z'))
      )
        return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener('keydown', handle);
    return () => {
      window.removeEventListener('keydown', handle);
    };
  });
}

/** Handles keys of an element that has the focus: to be called with its events. */
export function pressKey<P extends Place>(_place: P, event: KeyboardEvent, keys: KeyMap<P>): void {
  const map: ActsByKey = keys;
  const run = map[keyOf(event)];
  if (run === undefined) return;
  event.preventDefault();
  run(event);
}

type ActsByKey = Readonly<Record<string, Act | undefined>>;

export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>,
): string {
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key === ' ' ? 'Space' : event.key;
  const name = key.length === 1 ? key.toLowerCase() : key;
  // Shift is part of printable characters such as "?" already.
  const shift = event.shiftKey && (key.length > 1 || isCommand) ? 'Shift+' : '';
  return `${isCommand ? 'Ctrl+' : ''}${shift}${name}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

function isInLayer(): boolean {
  return (
    document.querySelector(
      '[role="dialog"], [role="menu"], [role="listbox"][data-state="open"]',
    ) !== null
  );
}
