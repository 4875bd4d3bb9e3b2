import type { Socket } from "node:net";
import type { ReadFrame } from "./frames.ts";

/** What happens to everything that passes. One for all connections of a proxy, changed while they are open. */
export interface Weather {
  /** Each piece arrives this much later. */
  latencyMs: number;
  /** Everything vanishes, as in a network that has lost the connection without a word. */
  swallows: boolean;
}

/** A frame that is being held; one of these is called once. */
export interface HeldFrame {
  release(): void;
  /** It never arrives; what comes after it does. */
  drop(): void;
}

export interface Flow {
  /** Ends the connection in the middle of what comes next, behind so many bytes of it. */
  cutBehind(bytes: number): void;
}

/** What may wait in the proxy before the sender has to. */
const maxWaitingBytes = 1024 * 1024;

/** One direction of a connection, passed on as it comes. Its frames are always followed, so that any can be held. */
export function openFlow({
  source,
  sink,
  readFrame,
  weather,
  intercept,
}: {
  readonly source: Socket;
  readonly sink: Socket;
  readonly readFrame: ReadFrame;
  readonly weather: Weather;
  /** Asked for every frame that has a name; a function holds it, and what is behind it, and is called once all of it is here. */
  readonly intercept: (name: string) => ((frame: HeldFrame) => void) | null;
}): Flow {
  /** Has come, and is not passed on yet. */
  let unread: Buffer = Buffer.alloc(0);
  /** Of the frame that is passing: what is still to come, and whether it is thrown away. */
  let rest = 0;
  let dropping = false;
  /** While a frame is held; `onHeld` until all of it is here. */
  let held: { onHeld: ((frame: HeldFrame) => void) | null } | null = null;
  let ended = false;
  let cutBehind: number | null = null;
  const late = createLateness(weather, write, () => sink.end(), resume);

  source.on("data", (piece) => {
    unread = unread.length === 0 ? piece : Buffer.concat([unread, piece]);
    if (held === null) advance();
    else tellOfHeld();
  });
  source.on("end", end);
  // Torn down without a farewell.
  source.on("close", end);
  sink.on("drain", resume);

  function end(): void {
    if (ended) return;
    ended = true;
    if (held === null) finish();
    else tellOfHeld();
  }

  function advance(): void {
    if (dropping) {
      const gone = Math.min(rest, unread.length);
      rest -= gone;
      unread = unread.subarray(gone);
      dropping = rest > 0;
    }
    let at = 0;
    while (at < unread.length) {
      if (rest === 0) {
        const head = readFrame(unread.subarray(at));
        if (head === null) break;
        rest = head.length;
        const onHeld = head.name === null ? null : intercept(head.name);
        if (onHeld !== null) {
          held = { onHeld };
          break;
        }
      }
      const passing = Math.min(rest, unread.length - at);
      rest -= passing;
      at += passing;
    }
    send(unread.subarray(0, at));
    unread = unread.subarray(at);
    if (held !== null) tellOfHeld();
    else if (ended) finish();
  }

  function tellOfHeld(): void {
    if (held === null || (unread.length < rest && !ended)) return;
    source.pause();
    const { onHeld } = held;
    held.onHeld = null;
    const goOn = (drop: boolean): void => {
      held = null;
      dropping = drop;
      advance();
      resume();
    };
    onHeld?.({ release: () => goOn(false), drop: () => goOn(true) });
  }

  function send(piece: Buffer): void {
    if (piece.length === 0 || weather.swallows) return;
    if (weather.latencyMs === 0 && late.bytes() === 0) write(piece);
    else if (late.add(piece) > maxWaitingBytes) source.pause();
  }

  function write(piece: Buffer): void {
    if (sink.destroyed || sink.writableEnded) return;
    if (cutBehind === null) {
      if (!sink.write(piece)) source.pause();
      return;
    }
    sink.write(piece.subarray(0, cutBehind));
    cutBehind -= piece.length;
    if (cutBehind > 0) return;
    // What was written before it leaves first.
    setImmediate(() => {
      source.resetAndDestroy();
      sink.resetAndDestroy();
    });
  }

  function finish(): void {
    send(unread);
    if (!late.end()) sink.end();
  }

  function resume(): void {
    if (held === null && late.bytes() <= maxWaitingBytes && !sink.writableNeedDrain) source.resume();
  }

  return {
    cutBehind(bytes) {
      cutBehind = bytes;
    },
  };
}

/** Pieces that are on their way: each arrives after the latency of the moment when it was sent, in order. */
function createLateness(
  weather: Weather,
  write: (piece: Buffer) => void,
  end: () => void,
  onArrival: () => void,
): { bytes(): number; add(piece: Buffer): number; end(): boolean } {
  const pieces: { readonly atMs: number; readonly piece: Buffer }[] = [];
  let bytes = 0;
  let ends = false;
  let waits = false;

  function wait(forMs: number): void {
    if (waits) return;
    waits = true;
    setTimeout(arrive, forMs);
  }

  function arrive(): void {
    waits = false;
    for (let next = pieces[0]; next !== undefined; next = pieces[0]) {
      const leftMs = next.atMs - Date.now();
      if (leftMs > 0) {
        wait(leftMs);
        break;
      }
      pieces.shift();
      bytes -= next.piece.length;
      write(next.piece);
    }
    if (pieces.length === 0 && ends) end();
    onArrival();
  }

  return {
    bytes: () => bytes,
    add(piece) {
      pieces.push({ atMs: Date.now() + weather.latencyMs, piece });
      bytes += piece.length;
      wait(weather.latencyMs);
      return bytes;
    },
    /** Ends behind what is on its way. @returns false where nothing is */
    end() {
      ends = true;
      return pieces.length > 0;
    },
  };
}
