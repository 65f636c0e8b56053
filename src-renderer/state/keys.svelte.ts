/** Key -> what it does. A key is written as `n`, `/`, `Ctrl+k`, `Shift+ArrowLeft`, `Space`; Ctrl is Command on a Mac. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Handles keys for as long as the calling component lives. Keys without Ctrl are left to a field that has the focus, and all of
 * them to an open dialog or menu.
 */
export function useKeys(keys: () => KeyMap): void {
  $effect(() => {
    const map = keys();
    const handle = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const run = map[keyOf(event)];
      if (run === undefined) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (isInLayer() || (isTyping(event.target) && (!isCommand || event.key.toLowerCase() === 'z'))) return;
      event.preventDefault();
      run(event);
    };
    window.addEventListener('keydown', handle);
    return () => {
      window.removeEventListener('keydown', handle);
    };
  });
}

export function keyOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key === ' ' ? 'Space' : event.key;
  const name = key.length === 1 ? key.toLowerCase() : key;
  // Shift is part of printable characters such as "?" already.
  const shift = event.shiftKey && (key.length > 1 || isCommand) ? 'Shift+' : '';
  return `${isCommand ? 'Ctrl+' : ''}${shift}${name}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

function isInLayer(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"][data-state="open"]') !== null;
}
