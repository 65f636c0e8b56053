/** The last part of a path of any system. */
export const fileNameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** What is before it: of a folder, the one it lies in. */
export const folderOf = (path: string): string => /^(.*)[\\/][^\\/]+[\\/]?$/.exec(path)?.[1] || '/';
