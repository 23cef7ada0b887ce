import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { SessionPlan } from './sessions.ts';

export type PlannedSession = { readonly session: string; readonly plan: SessionPlan };

export type SessionOutcome = PlannedSession & {
  readonly durationMs: number;
  /** Undefined when all questions were answered. */
  readonly error: Error | undefined;
  /** Whether the run was ended by its user while this session was under way. */
  readonly isInterrupted: boolean;
};

export type RunOptions = {
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly run: (session: PlannedSession) => Promise<void>;
  readonly onOutcome: (outcome: SessionOutcome) => void;
};

/** Gives each plan an id that no other run uses, such as `search-01-9f3c`. */
export function nameSessions(plans: readonly SessionPlan[]): PlannedSession[] {
  const run = randomBytes(2).toString('hex');
  return plans.map((plan, index) => ({ session: `${plan.team}-${String(index + 1).padStart(2, '0')}-${run}`, plan }));
}

/** Runs sessions side by side, at most `concurrency` at once, in order; one that fails does not stop the others. */
export async function runSessions(planned: readonly PlannedSession[], options: RunOptions): Promise<SessionOutcome[]> {
  const outcomes: SessionOutcome[] = [];
  const waiting = planned.values();
  const worker = async () => {
    for (const session of waiting) {
      if (options.signal.aborted) return;
      const outcome = await outcomeOf(session, options);
      outcomes.push(outcome);
      options.onOutcome(outcome);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return outcomes;
}

async function outcomeOf(
  session: PlannedSession,
  { run, signal }: Pick<RunOptions, 'run' | 'signal'>,
): Promise<SessionOutcome> {
  const startMs = performance.now();
  const error = await run(session).then(
    () => undefined,
    (reason: Error) => reason,
  );
  return {
    ...session,
    durationMs: performance.now() - startMs,
    error,
    isInterrupted: error !== undefined && signal.aborted,
  };
}
