import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
/** Three pixels for one of the screen: 288 dots an inch on paper. */
const zoom = 3;

/** PNGs of drawings; the fonts come along, so that text is the same on every machine. Null where the library is not installed. */
export async function createRasteriser(): Promise<((svg: string) => Uint8Array) | null> {
  let resvg;
  try {
    resvg = await import('@resvg/resvg-wasm');
  } catch {
    return null;
  }
  await (started ??= resvg.initWasm(
    readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')),
  ));
  const { Resvg } = resvg;
  const fontBuffers = ['Regular', 'SemiBold'].map((weight) => readFileSync(fontFile(weight)));
  return (svg) => {
    const drawing = new Resvg(svg, {
      background: '#ffffff',
      fitTo: { mode: 'zoom', value: zoom },
      font: { fontBuffers, defaultFontFamily: fontFamily },
    });
    try {
      return drawing.render().asPng();
    } finally {
      drawing.free();
    }
  };
}

export const fontFamily = 'Pretendard';

/** A library of its kind is started once a process. */
let started: Promise<void> | undefined;

const fontFile = (weight: string): string =>
  path.join(
    path.dirname(require.resolve('pretendard/package.json')),
    `dist/public/static/Pretendard-${weight}.otf`,
  );
