import { expect } from "chai";
import fc from "fast-check";
import { readServerEvents, type ServerEvent } from "../../cli/server-events.ts";

async function read(parts: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* parts;
  }
  for await (const event of readServerEvents(stream())) events.push(event);
  return events;
}

describe("a stream of server-sent events", () => {
  it("is read the same however its bytes are cut", async () => {
    const bytes = Buffer.from(
      'retry: 2000\n\nevent: run\ndata: {"a":"Zoë"}\n\n: still here\n\ndata:one\r\ndata: two\r\n\r\nevent: end\ndata: "completed"\n\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length)), async (cuts) => {
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const parts = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        expect(await read(parts)).to.deep.equal([
          { event: "run", data: '{"a":"Zoë"}' },
          { event: "message", data: "one\ntwo" },
          { event: "end", data: '"completed"' },
        ]);
      }),
    );
  });

  it("does not give an event whose end is missing", async () => {
    expect(await read([Buffer.from("event: run\ndata: 1\n")])).to.deep.equal([]);
  });
});
