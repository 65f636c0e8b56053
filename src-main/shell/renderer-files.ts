import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { AppError } from '#contract/failure.ts';
import * as m from '#messages';

export type RendererFile = Readonly<{ type: string; body: Buffer; cacheControl: string }>;
/** Path of the URL, exactly -> file. What is not in it does not exist, whatever a URL says. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/**
 * Reads the built screens into memory once: a build that runs meanwhile cannot mix two versions, and no path is ever made of a
 * URL. Files of a type that the screens do not use are left out.
 */
export function readRendererFiles(folder: string): RendererFiles {
  const files = new Map<string, RendererFile>();
  for (const name of listFiles(folder)) {
    const type = types[path.extname(name)];
    if (type === undefined) continue;
    const url = `/${name.split(path.sep).join('/')}`;
    const isHashed = url.startsWith('/assets/');
    files.set(url === '/index.html' ? '/' : url, {
      type,
      body: readFileSync(path.join(folder, name)),
      cacheControl: isHashed ? 'private, max-age=31536000, immutable' : 'no-store',
    });
  }
  if (!files.has('/')) {
    throw new AppError('unavailable', m.shell_no_screens());
  }
  return files;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}
