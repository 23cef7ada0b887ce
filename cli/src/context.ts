/** The world of a command, so that tests can be one. */
export type CommandContext = {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  /** Waits until what was printed has been taken, so that a long answer is never all in memory. */
  readonly drained: () => Promise<void>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};
