export type StopSignals = {
  /** Resolves with the first signal to stop. */
  readonly asked: Promise<NodeJS.Signals>;
  dispose(): void;
};

/** npm passes on the signal that a terminal's Ctrl-C has already sent to everyone: two so close are one. */
const SAME_CTRL_C_MS = 1_000;

/** The first SIGINT or SIGTERM asks to stop; one that comes later calls `onImpatience`. */
export function listenForStop(onImpatience: (signal: NodeJS.Signals) => void): StopSignals {
  const { promise: asked, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      resolve(signal);
    } else if (now - firstAt > SAME_CTRL_C_MS) {
      onImpatience(signal);
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { asked, dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal) };
}
