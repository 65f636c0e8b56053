import { createSubscriber } from 'svelte/reactivity';

import type { ColourName } from '#core/charts/style-of-run.ts';

/** Colours and fonts as they are now; reading them inside an effect repaints it when the theme changes or a font has come. */
export type Paint = Readonly<{
  colour: (name: ColourName, alpha?: number) => string;
  fontFamily: string;
  monoFamily: string;
}>;

const subscribe = createSubscriber((update) => {
  const observer = new MutationObserver(update);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  document.fonts.addEventListener('loadingdone', update);
  return () => {
    observer.disconnect();
    document.fonts.removeEventListener('loadingdone', update);
  };
});

export function readPaint(): Paint {
  subscribe();
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return {
    fontFamily: style.getPropertyValue('--font') || 'sans-serif',
    monoFamily: style.getPropertyValue('--mono') || 'monospace',
    colour(name, alpha = 1) {
      let hex = known.get(name);
      if (hex === undefined) {
        hex = style.getPropertyValue(`--${name}`).trim() || '#808080';
        known.set(name, hex);
      }
      if (alpha >= 1) return hex;
      const byte = Math.round(Math.max(0, alpha) * 255);
      return `${hex}${byte.toString(16).padStart(2, '0')}`;
    },
  };
}
