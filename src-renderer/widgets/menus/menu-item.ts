import type { Component } from 'svelte';

/** A line of a menu. */
export type MenuItem = Readonly<{
  label: string;
  run: () => void;
  icon?: Component<Record<string, unknown>>;
  keys?: string;
  disabled?: boolean;
  /** A line above it. */
  isAfterLine?: boolean;
  /** Puts the focus somewhere itself: in a menu at a button it runs once the menu is gone, which else takes it back. */
  takesFocus?: boolean;
}>;
