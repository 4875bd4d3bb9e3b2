/** Bytes that are copied at a time: whatever follows a word is copied along, and written over by what is written next. */
export const stride = 8;

/** A list of texts in UTF-8, one behind the other, from which `Utf8Writer` copies. */
export interface Words {
  readonly size: number;
  /** Where each begins, and behind them where the last one ends. */
  readonly starts: Uint32Array;
  /** With as many bytes to spare behind the last as are copied at a time. */
  readonly view: DataView<ArrayBuffer>;
}

export function createWords(texts: readonly string[]): Words {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, index) => {
    starts[index + 1] = (starts[index] as number) + Buffer.byteLength(text);
  });
  const bytes = new ArrayBuffer((starts[texts.length] as number) + stride);
  Buffer.from(bytes).write(texts.join(""));
  return { size: texts.length, starts, view: new DataView(bytes) };
}

/** Text that is always the same, as the one word of a list. */
export const fixedText = (text: string): Words => createWords([text]);

/** Can stand between JSON's quotes as it is. */
export function isPlainText(text: string): boolean {
  return !escapedByJson.test(text) && text.isWellFormed();
}

const escapedByJson = /["\\\p{Cc}]/u;
