/** How the command line is called: only a checkout has one, and there it is a script of npm. */
export const program = 'npm run --silent twofold --';
