/**
 * A batch of more bytes uncompressed is not read. Kafka bounds what a batch has compressed (`max.message.bytes`, 1 MB by
 * default), which can be the thousandth part; a batch of ordinary records has some 10 MB then.
 */
export const maxBatchBytes = 32 * 1024 * 1024;

/**
 * A larger message, headers and all, is not read, and nothing of it is kept: parsing its JSON may take thirty times as much,
 * of a consumer's heap of 192 MB. A compressed batch with one is not read as a whole.
 */
export const maxMessageBytes = 4 * 1024 * 1024;

/** @throws RangeError for a message of a compressed batch that is larger */
export function requireMessageSize(size: number): void {
  if (size > maxMessageBytes) {
    throw new RangeError(`a message of it has ${size} bytes uncompressed, more than ${maxMessageBytes}`);
  }
}

/** What of an answer to a Fetch request is decoded at once, whatever it would grow to; the rest is asked for again. */
export interface DecodeBudget {
  bytes: number;
  messages: number;
}

export const newDecodeBudget = (): DecodeBudget => ({ bytes: maxBatchBytes, messages: 100_000 });
