import 'svelte/elements';

declare module 'svelte/elements' {
  interface AriaAttributes {
    /** Of ARIA 1.3; widgets/Hints.svelte shows it. */
    'aria-description'?: string | null | undefined;
  }
}
