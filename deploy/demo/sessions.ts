import type { ModelChoice } from './models/create-model.ts';

/** One user's conversation with an agent, and whose money it costs. */
export type SessionPlan = {
  readonly team: 'search' | 'support' | 'platform';
  readonly project: 'handbook' | 'helpdesk';
  readonly user: string;
  readonly agent: string;
  readonly choice: ModelChoice;
  readonly questions: readonly string[];
};

const ROTATE = 'How do I rotate a station key without losing readings?';
const OLD_KEY = 'And how long does the old key stay valid?';
const RETENTION = 'Compare our retention settings and recommend one for the new site.';
const LATE = 'What did we decide about late readings?';
const LISBON = 'Can the outdoor installation in Lisbon go ahead tomorrow?';
const TICKET = 'Draft a friendly reply to ticket 4711 about the missing stations on the invoice.';
const MORNING = "Summarise this morning's tickets for the stand-up.";
const CONVENTIONS = "What changed in OpenTelemetry's GenAI conventions this quarter, and what must we do?";

/** A model of the house's own: no price list knows it. */
export const OWN_MODEL = 'lighthouse-7b-harbor';

/** A morning at Harborlight. Between them the sessions show every kind of call that the stand-in answers. */
export const SESSIONS: readonly SessionPlan[] = [
  session('search', 'handbook', 'ada', { api: 'chat', model: 'gpt-5-mini' }, ROTATE, OLD_KEY),
  session('support', 'helpdesk', 'linus', { api: 'messages', model: 'claude-sonnet-4-6' }, LISBON),
  session(
    'platform',
    'handbook',
    'barbara',
    { api: 'messages', model: 'claude-sonnet-4-6', webSearch: true },
    CONVENTIONS,
  ),
  session('search', 'handbook', 'grace', { api: 'responses', model: 'gpt-5', stream: true }, RETENTION),
  session('support', 'helpdesk', 'margaret', { api: 'chat', model: OWN_MODEL }, TICKET),
  session('search', 'handbook', 'ada', { api: 'chat', model: 'gpt-5-mini' }, LATE),
  session('support', 'helpdesk', 'ken', { api: 'chat', model: 'gpt-5-mini', stream: true }, MORNING),
  session('platform', 'handbook', 'edsger', { api: 'responses', model: 'gpt-5', stream: true }, RETENTION, LATE),
  session('support', 'helpdesk', 'linus', { api: 'messages', model: 'claude-haiku-4-5', stream: true }, LISBON, TICKET),
  session('search', 'handbook', 'alan', { api: 'responses', model: 'gpt-5-mini' }, ROTATE, OLD_KEY),
  session('support', 'helpdesk', 'dennis', { api: 'chat', model: 'gpt-5-mini' }, TICKET),
  session(
    'platform',
    'helpdesk',
    'barbara',
    { api: 'messages', model: 'claude-sonnet-4-6', stream: true },
    ROTATE,
    RETENTION,
  ),
];

/** The one small session for real providers. */
export function realSession(choice: ModelChoice): SessionPlan {
  return session('search', 'handbook', 'ada', choice, ROTATE);
}

function session(
  team: SessionPlan['team'],
  project: SessionPlan['project'],
  user: string,
  choice: ModelChoice,
  ...questions: readonly string[]
): SessionPlan {
  const agent = project === 'helpdesk' ? 'helpdesk-assistant' : 'research-assistant';
  return { team, project, user, agent, choice, questions };
}
