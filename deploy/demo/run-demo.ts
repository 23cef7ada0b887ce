import { writeFile } from 'node:fs/promises';
import { createClients } from './models/create-model.ts';
import { type ProviderStandIn, startProviderStandIn } from './provider-stand-in.ts';
import { deliveryLine, sessionHeading, sessionLine, truthLines } from './report.ts';
import { runSession, type Surroundings } from './run-session.ts';
import { nameSessions, type PlannedSession, runSessions } from './run-sessions.ts';
import { realSession, SESSIONS } from './sessions.ts';
import { checkEndpoint, type DemoSettings } from './settings.ts';
import { type Tally, tallyCalls, tallyTurn } from './tally.ts';
import { type Delivery, startTelemetry, type Telemetry } from './telemetry.ts';
import { demoTruth } from './truth.ts';

const CONCURRENCY = 2;

/** Two of the run's requests are refused, so that retries show. */
const REFUSE_EVERY = 23;

type Print = (line: string) => void;
type World = {
  readonly settings: DemoSettings;
  readonly standIn: ProviderStandIn;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
};

/**
 * One run of the demo: sessions, then the last spans, then the summary. An abort ends it early, with what it has sent.
 * Returns whether every session was answered and every span taken.
 */
export async function runDemo(settings: DemoSettings, signal: AbortSignal, print: Print): Promise<boolean> {
  const { endpoint, latencyScale, realChoice } = settings;
  await checkEndpoint(endpoint);
  const planned = nameSessions(realChoice ? [realSession(realChoice)] : SESSIONS);
  for (const line of openingLines(settings, planned.length)) print(line);
  const telemetry = startTelemetry(endpoint);
  const standIn = await startProviderStandIn({ latencyScale, refuseEvery: REFUSE_EVERY });
  try {
    const { ran, areAnswered } = await runAll(planned, { settings, standIn, telemetry, signal }, print);
    const delivery = await telemetry.stop();
    await closeRun(settings, ran, standIn, delivery, print);
    return delivery.failedCount === 0 && (areAnswered || signal.aborted);
  } finally {
    await telemetry.stop();
    await standIn.stop();
  }
}

function openingLines({ endpoint, realChoice }: DemoSettings, sessionCount: number): string[] {
  const spansGo = `Spans go to ${endpoint}. Ctrl-C ends it early.`;
  const opening = realChoice
    ? `One session with the real ${realChoice.model}: this costs money, usually less than a cent.`
    : `${sessionCount} agent sessions of three teams; the providers are a local stand-in, so it costs nothing.`;
  return [opening, spansGo, '', sessionHeading()];
}

async function runAll(
  planned: readonly PlannedSession[],
  world: World,
  print: Print,
): Promise<{ readonly ran: readonly PlannedSession[]; readonly areAnswered: boolean }> {
  const realTallies = new Map<string, Tally>();
  const { settings, standIn, signal } = world;
  const outcomes = await runSessions(planned, {
    concurrency: CONCURRENCY,
    signal,
    run: ({ session, plan }) => runSession(plan, session, surroundings(session, world, realTallies)),
    onOutcome: (outcome) => {
      const { session } = outcome;
      const seen = tallyCalls(standIn.calls.filter((call) => call.session === session));
      print(sessionLine(outcome, settings.realChoice ? (realTallies.get(session) ?? seen) : seen));
    },
  });
  return { ran: outcomes, areAnswered: outcomes.every(({ error }) => error === undefined) };
}

/** With a real model the stand-in is only the search API, and the models' own word counts. */
function surroundings(session: string, world: World, realTallies: Map<string, Tally>): Surroundings {
  const { standIn, telemetry, signal } = world;
  const { realChoice, latencyScale } = world.settings;
  return {
    clients: createClients(session, realChoice ? undefined : standIn),
    tracer: telemetry.tracer,
    searchUrl: standIn.searchUrl,
    signal,
    latencyScale,
    checkerChoice: realChoice ?? { api: 'messages', model: 'claude-haiku-4-5' },
    embeddingModel: realChoice ? undefined : 'text-embedding-3-small',
    onTurn: (turn) => realTallies.set(session, tallyTurn(realTallies.get(session), turn)),
  };
}

async function closeRun(
  { realChoice, truthFile, endpoint }: DemoSettings,
  ran: readonly PlannedSession[],
  standIn: ProviderStandIn,
  delivery: Delivery,
  print: Print,
): Promise<void> {
  print('');
  if (realChoice === undefined) {
    const truth = demoTruth(ran, standIn.calls, standIn.refusedCount());
    for (const line of truthLines(truth)) print(line);
    if (truthFile) await writeFile(truthFile, `${JSON.stringify(truth, undefined, 2)}\n`);
  }
  print(deliveryLine(delivery, endpoint));
}
