import type { Response } from "express";
import Type from "typebox";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { isTerminal, type Run } from "../../ledger/runs/run.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { whenOver } from "../http/when-over.ts";
import { runJson, runParams } from "./request/run-schema.ts";
import type { RunFeed } from "./run-feed.ts";
import { runIdOf, runNotFound } from "./run-id.ts";

const heartbeatMs = 15_000;
const reconnectMs = 2_000;

const eventSchema = Type.Object({
  event: Type.Optional(Type.Enum(["run", "end"])),
  data: Type.Optional(Type.String({ description: "The run as JSON, or of `end` its status as JSON" })),
  retry: Type.Optional(Type.Integer({ description: "Milliseconds to wait before connecting again" })),
});

const eventsOperation: Operation = {
  id: "watchRun",
  method: "get",
  path: "/api/runs/:id/events",
  tag: "Runs",
  summary: "Follow a run",
  description:
    "Server-sent events: `run` with the run at once and after each change (of its counts at most five a second); `end` " +
    "after the terminal state, which ends the stream.",
  params: runParams,
  responses: {
    200: {
      description: "The stream; the schema is that of one event",
      content: { "text/event-stream": eventSchema },
    },
  },
  problems: ["not-found", "unavailable"],
};

/** A run's state as server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function runEventsEndpoints({ db, runFeed }: WebDependencies): Endpoint[] {
  return [
    {
      operation: eventsOperation,
      handle: async (req, res) => {
        const run = await findRun(db, runIdOf(req));
        if (run === null) throw runNotFound();
        res.writeHead(200, {
          "Content-Type": "text/event-stream; charset=utf-8",
          "Cache-Control": "no-cache, no-transform",
          // nginx keeps a response back until its buffer is full unless told not to.
          "X-Accel-Buffering": "no",
        });
        if (req.method === "HEAD") res.end();
        else streamRun(res, run, runFeed);
      },
    },
  ];
}

function streamRun(res: Response, run: Run, feed: RunFeed): void {
  let sent = "";
  let waiting: Run | null = null;

  const send = (next: Run): void => {
    const data = JSON.stringify(runJson(next));
    if (data !== sent) res.write(`event: run\ndata: ${data}\n\n`);
    sent = data;
    if (isTerminal(next.status)) res.end(`event: end\ndata: ${JSON.stringify(next.status)}\n\n`);
  };
  const offer = (next: Run): void => {
    // A reader that does not keep up gets the newest state, not all of them.
    if (res.writableNeedDrain) waiting = next;
    else if (!res.writableEnded) send(next);
  };
  res.on("drain", () => {
    const next = waiting;
    waiting = null;
    if (next !== null && !res.writableEnded) send(next);
  });

  res.write(`retry: ${reconnectMs}\n\n`);
  send(run);
  if (isTerminal(run.status)) return;
  const unsubscribe = feed.subscribe(run.id, offer);
  const heartbeat = setInterval(() => {
    if (!res.writableNeedDrain) res.write(": still here\n\n");
  }, heartbeatMs);
  const endStream = (): void => void res.end();
  feed.closing.addEventListener("abort", endStream);
  whenOver(res, () => {
    clearInterval(heartbeat);
    unsubscribe();
    feed.closing.removeEventListener("abort", endStream);
  });
}
