/** In px: bars and their axis share it. */
export const intervalWidth = 132;
const inset = 4;

/** Where a share stands on the axis. */
export function placeOn(share: number, [low, high]: readonly [number, number]): number {
  return inset + ((share - low) / (high - low)) * (intervalWidth - inset * 2);
}
