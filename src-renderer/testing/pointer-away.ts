import { beforeEach } from 'vitest';
import { commands } from 'vitest/browser';

declare module 'vitest/browser' {
  interface BrowserCommands {
    pointerAway: () => Promise<void>;
  }
}

// The pointer stays where the test before left it, and would hover over what the next one shows there.
beforeEach(() => commands.pointerAway());
