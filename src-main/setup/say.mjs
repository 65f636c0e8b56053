/** One line about one step. Always on stderr: stdout belongs to the command that is being set up. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
