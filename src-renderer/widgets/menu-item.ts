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
}>;
