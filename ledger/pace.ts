/** How a run's rate varies with time; `rate` is the pace's, in records a second. */
export type Shape =
  /** The rate, all the time. */
  | { readonly kind: "constant" }
  /** Evenly from `from` records a second to the rate within `seconds`, then the rate. */
  | { readonly kind: "ramp"; readonly from: number; readonly seconds: number }
  /** The rate, but `factor` times it in the last `burstSeconds` of every `everySeconds`. */
  | {
      readonly kind: "burst";
      readonly everySeconds: number;
      readonly burstSeconds: number;
      readonly factor: number;
    };

/** How fast a run is to go, for the run as a whole. */
export interface Pace {
  /** Records a second. */
  readonly rate: number;
  readonly shape: Shape;
}
