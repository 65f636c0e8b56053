import { availableParallelism } from 'node:os';

import type { Machine } from '#core/queue/admission.ts';

import { memoryNow } from '../../system/memory.ts';

export function machineNow(): Machine {
  const { totalBytes, freeBytes } = memoryNow();
  return { cores: availableParallelism(), memoryBytes: totalBytes, memoryFreeBytes: freeBytes };
}
