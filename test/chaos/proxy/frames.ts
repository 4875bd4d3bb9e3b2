/** The beginning of a connection's next frame, as far as the proxy needs to know it. */
export interface FrameHead {
  /** What a point can ask for; null for all that none asks for. */
  readonly name: string | null;
  /** Of the whole frame, which may not have arrived yet. */
  readonly length: number;
}

/** Reads the frame at the beginning of `bytes`; null where they do not suffice to tell. */
export type ReadFrame = (bytes: Buffer) => FrameHead | null;

/** Both directions of one connection: an answer may be known only by its request. */
export interface Framing {
  readonly client: ReadFrame;
  readonly server: ReadFrame;
}

export type OpenFraming = () => Framing;
