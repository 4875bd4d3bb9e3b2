/** How a program is run: what the supervisor and the tests need to know of a server or an app process. */
export type Service = {
  /** Names its pid and log files. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Makes folders, configuration and data that are not there yet. Runs once, before the first start. */
  readonly prepare: () => Promise<void>;
  /** Resolves when the program really answers, rejects as long as it does not. */
  readonly probe: () => Promise<void>;
  readonly readyTimeoutMs: number;
  /** The signal that makes it finish its work and go. */
  readonly stopSignal: NodeJS.Signals;
  /** It does not pass the signal on: its whole process group gets it, and is waited for. */
  readonly stopsByGroup?: boolean;
  /** How long that may take before it is killed. */
  readonly stopTimeoutMs: number;
};
