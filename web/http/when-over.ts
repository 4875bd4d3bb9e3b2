import type { Response } from "express";

/**
 * Calls back once when a response is sent or its reader has left, be it long ago. A response's own "close" tells nothing to who
 * asks for it later, nor at all where the response still waits behind another on its connection, as of requests sent at once.
 */
export function whenOver(res: Response, callback: () => void): void {
  const { socket } = res.req;
  let isOver = false;
  const end = (): void => {
    res.off("close", end);
    socket.off("close", end);
    // One of them may be under way already while the other ends it.
    if (!isOver) callback();
    isOver = true;
  };
  if (res.closed || socket.destroyed) end();
  else {
    res.on("close", end);
    socket.on("close", end);
  }
}
