/** A text as one word of a POSIX shell: between single quotes it leaves everything but a single quote as it is. */
export const shellWord = (text: string): string =>
  /^[\w:/.,=%@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
