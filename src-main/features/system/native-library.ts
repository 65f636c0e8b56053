import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Whether set-up has put the native library in place; only a child that loads it knows whether it works (system.info). */
export function hasNativeLibrary(): boolean {
  try {
    const packageFile = createRequire(import.meta.url).resolve(
      '@tensorflow/tfjs-node/package.json',
    );
    return existsSync(path.join(path.dirname(packageFile), 'lib', 'napi-v8', 'tfjs_binding.node'));
  } catch {
    return false;
  }
}
