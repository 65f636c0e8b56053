import { availableParallelism, freemem, totalmem } from 'node:os';

import type { Machine } from '#core/queue/admission.ts';

export const machineNow = (): Machine => ({
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  memoryFreeBytes: freemem(),
});
