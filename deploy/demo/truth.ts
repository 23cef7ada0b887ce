import type { PlannedSession } from './run-sessions.ts';
import type { AnsweredCall } from './stand-in/model-endpoint.ts';
import type { Meters } from './stand-in/provider-call.ts';

/** What the providers would bill for one run, and what spans can know of it; a ledger can be compared with this. */
export type DemoTruth = {
  readonly sessions: readonly TruthSession[];
  readonly calls: readonly TruthCall[];
  /** Requests that were refused with 429 and tried again; nobody is charged for them. */
  readonly refusedCount: number;
};

type TruthSession = {
  readonly session: string;
  readonly team: string;
  readonly project: string;
  readonly user: string;
  readonly agent: string;
};

/** `meters` is what the call used, `spanMeters` what its spans state; they differ where instrumentations are blind. */
export type TruthCall = AnsweredCall & { readonly team: string; readonly project: string; readonly spanMeters: Meters };

export function demoTruth(
  planned: readonly PlannedSession[],
  calls: readonly AnsweredCall[],
  refusedCount: number,
): DemoTruth {
  const sessions = planned.map(({ session, plan: { team, project, user, agent } }) => ({
    session,
    team,
    project,
    user,
    agent,
  }));
  const planOf = new Map(planned.map(({ session, plan }) => [session, plan]));
  return {
    sessions,
    calls: calls.map((call) => {
      const { team = '', project = '' } = planOf.get(call.session) ?? {};
      return { ...call, team, project, spanMeters: visibleMeters(call) };
    }),
    refusedCount,
  };
}

/** Usage of streamed chats is on no span; web searches are only in the plain response that OpenInference keeps. */
function visibleMeters(call: AnsweredCall): Meters {
  if (!call.streamed) return call.meters;
  if (call.api === 'chat.completions') return {};
  const { web_search: _, ...visible } = call.meters;
  return visible;
}
