/** The header in which a message carries the trace that it belongs to. https://www.w3.org/TR/trace-context/ */
export const traceHeader = "traceparent";
/** `00-TRACE ID-SPAN ID-FLAGS` */
export const traceparentBytes = 55;

/** Count of headers, size and name of the first, size of its value; sizes are in zigzag encoding, twice what they are. */
export const beforeTraceparent = Buffer.from(`\x06\x16${traceHeader}\x6e`, "latin1");

/** Bytes that a traceparent in front takes of three headers, their number among them. */
export const tracedHeaderBytes = beforeTraceparent.length + traceparentBytes;

/** A record's headers: where in the bytes they begin, and where they and the record end. */
export interface HeaderPlace {
  readonly bytes: Buffer;
  readonly headersAt: number;
  readonly end: number;
}

/** Whether three headers begin here, the first a traceparent: as `traceProducer` adds it to a record's. */
export function startsWithTraceparent({ bytes, headersAt, end }: HeaderPlace): boolean {
  return (
    end > headersAt + tracedHeaderBytes &&
    beforeTraceparent.compare(bytes, headersAt, headersAt + beforeTraceparent.length) === 0
  );
}
