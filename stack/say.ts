/** A line of progress for the person who waits. Standard output stays free for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
