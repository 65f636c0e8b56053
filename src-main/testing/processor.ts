import { readFileSync } from 'node:fs';

/** The widest vectors of this processor, by which TensorFlow chooses its kernels. */
export function instructions(): string {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    return ['amx_tile', 'avx512f', 'avx2'].find((name) => flags.includes(` ${name}`)) ?? 'other';
  } catch {
    return 'other';
  }
}
