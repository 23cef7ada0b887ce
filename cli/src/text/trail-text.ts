import type { SessionRow, Trail, TrailEntry, TrailNode } from '@spanledger/reports';
import { shareOf } from '@spanledger/reports';
import type { Picodollars } from '@spanledger/schemas';
import {
  counted,
  currencyMark,
  decimalsOf,
  formatDuration,
  formatMoney,
  formatQuantity,
  formatTime,
} from './figures.ts';
import { printable, shorten } from './printable.ts';

const LABEL_WIDTH = 70;
const COST_WIDTH = 18;
/** Deeper nodes are drawn at this depth with their true one in brackets. */
const DEEPEST_DRAWN = 14;

/** Reasons of assumed prices and their numbers, in the order of first use. */
type Notes = Map<string, number>;

/** A cost as it is written in this trail. */
type Money = (cost: Picodollars) => string;

/** The token audit trail of one session as a tree: who called what, with which tokens, at which cost. */
export function renderTrail(session: SessionRow | undefined, sessionId: string, trail: Trail): string {
  const decimals = decimalsOf(totalsOf(trail));
  const currency = session?.billing_currency ?? 'USD';
  const money: Money = (cost) => formatMoney(cost, currency, decimals);
  const lines = [...heading(session, sessionId), '', line('', 'cost', 'share')];
  const stack = trail.roots
    .map((node, index) => ({ node, depth: 0, guide: '', isLast: index === trail.roots.length - 1 }))
    .reverse();
  let traceId = '';
  const notes: Notes = new Map();
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { node, depth, guide, isLast } = place;
    const branch = depth === 0 ? '' : isLast ? '└─ ' : '├─ ';
    const deep = depth > DEEPEST_DRAWN ? `[${depth}] ` : '';
    lines.push(line(`${guide}${branch}${deep}${title(node)}`, ...costOf(node, trail.totalCost, money)));
    const below = depth === 0 ? '' : depth >= DEEPEST_DRAWN ? guide : `${guide}${isLast ? '   ' : '│  '}`;
    const hold = node.children.length > 0 ? '│  ' : '   ';
    // The id that "spanledger explain" takes, once for the roots of a trace that stand together.
    const isNewTrace = depth === 0 && node.span.trace_id !== traceId;
    if (isNewTrace) traceId = node.span.trace_id;
    for (const detail of [...(isNewTrace ? [`trace ${printable(traceId)}`] : []), ...details(node, notes)])
      lines.push(`${below}${hold}${detail}`.trimEnd());
    const last = node.children.length - 1;
    for (const [index, child] of [...node.children.entries()].reverse()) {
      stack.push({ node: child, depth: depth + 1, guide: below, isLast: index === last });
    }
  }
  lines.push(line('Total', atLeast(trail.totalCost, trail.unknownCalls, money), ''));
  for (const [text, number] of notes) lines.push(...(number === 1 ? [''] : []), `note ${number}  ${text}`);
  if (trail.unknownCalls > 0)
    lines.push(
      '',
      `${counted(trail.unknownCalls, 'call')} without a price or usage: the cost is not known, and not zero.`,
    );
  if (trail.hiddenSpanCount > 0)
    lines.push('', `${counted(trail.hiddenSpanCount, 'other span')} without cost not shown.`);
  return lines.map((text) => `${text}\n`).join('');
}

/** Of all nodes, without recursion, because a trace may be very deep. */
function totalsOf({ roots, totalCost }: Trail): Picodollars[] {
  const costs = [totalCost];
  const stack = [...roots];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    costs.push(node.totalCost);
    for (const child of node.children) stack.push(child);
  }
  return costs;
}

function heading(session: SessionRow | undefined, sessionId: string): string[] {
  const name = `Session ${printable(sessionId)}`;
  if (session === undefined) return [name];
  const owners = [
    `team ${session.team}`,
    ['project', session.project],
    ['user', session.user_id],
    ['environment', session.environment],
  ]
    .flatMap((owner) => (typeof owner === 'string' ? [owner] : owner[1] === '' ? [] : [owner.join(' ')]))
    .map(printable);
  const when = `${formatTime(session.charge_period_start)} to ${formatTime(session.charge_period_end)} UTC`;
  const counts = [counted(session.model_calls, 'model call'), counted(session.tool_calls, 'tool call')];
  if (session.errors > 0) counts.push(counted(session.errors, 'error'));
  return [
    name,
    owners.join(' · '),
    `${when}, ${formatDuration(session.duration_ms)}, ${counts.join(', ')}, outcome ${session.outcome}`,
  ];
}

function line(label: string, cost: string, share: string): string {
  return `${shorten(label, LABEL_WIDTH).padEnd(LABEL_WIDTH)} ${cost.padStart(COST_WIDTH)} ${share.padStart(8)}`.trimEnd();
}

function title({ span, charges, suppressed }: TrailNode): string {
  const model = span.response_model || span.request_model;
  const failed =
    span.status === 'error' ? ` (error${span.status_message === '' ? '' : `: ${span.status_message}`})` : '';
  const time = span.duration_ms > 0 ? `, ${formatDuration(span.duration_ms)}` : '';
  return printable(`${nameOf(span, model, charges.length + suppressed.length > 0)}${time}${failed}`);
}

function nameOf(span: TrailNode['span'], model: string, hasLines: boolean): string {
  switch (span.kind) {
    case 'agent':
      return `agent ${span.agent_name || span.name}`;
    case 'step':
      return `step ${span.name}`;
    case 'tool_call':
      return `tool ${span.tool_name || span.name}`;
    case 'api_call':
      return `api ${span.server_address || span.name}`;
    default:
      return hasLines || span.kind === 'model_request'
        ? `model ${[model || span.name, span.provider && `(${span.provider})`].filter(Boolean).join(' ')}`
        : span.name;
  }
}

/** Above others the cost of all beneath; what is not charged, or not known, is said in place of a figure. */
function costOf(node: TrailNode, whole: Picodollars, money: Money): [string, string] {
  const { totalCost, unknownCalls, charges, suppressed, children } = node;
  if (totalCost === 0n && unknownCalls > 0)
    return [children.length === 0 ? (charges[0]?.price_status ?? '') : 'not known', ''];
  if (totalCost === 0n && charges.length === 0)
    return [suppressed.length > 0 && children.length === 0 ? 'not charged' : '', ''];
  const share = shareOf(totalCost, whole);
  return [atLeast(totalCost, unknownCalls, money), share === undefined ? '' : `${(share / 10).toFixed(1)} %`];
}

/** Unknown is not zero: a sum with calls of unknown cost in it is marked. */
function atLeast(cost: Picodollars, unknownCalls: number, money: Money): string {
  if (unknownCalls === 0) return money(cost);
  return cost === 0n ? 'not known' : `> ${money(cost)}`;
}

function details({ span, charges, suppressed }: TrailNode, notes: Notes): string[] {
  const lines = charges.map((entry) => chargeDetail(entry, notes));
  const [first] = suppressed;
  if (first === undefined) return lines;
  const meters = suppressed
    .filter(({ meter }) => meter !== 'unknown')
    .map(meterText)
    .join(', ');
  const where =
    span.suppressed_reason === 'aggregate' ? 'the calls beneath it' : `span ${printable(first.kept_span_id)}`;
  return [...lines, `repeats ${meters || 'a call'}, charged on ${where} (${printable(first.price_status_reason)})`];
}

function chargeDetail(entry: TrailEntry, notes: Notes): string {
  const { price_status: status, price_status_reason: reason } = entry;
  const why = reason === '' ? '' : `: ${printable(reason)}`;
  if (status === 'no_usage') return `no_usage${why}`;
  if (status === 'unpriced' || status === 'included') return `${meterText(entry)}, ${status}${why}`;
  const standing = status === 'priced' ? contractText(entry) : ` (${status}, note ${noteOf(`${status}${why}`, notes)})`;
  return `${meterText(entry)} at ${priceText(entry)}${standing}`;
}

function meterText({ meter, consumed_quantity }: TrailEntry): string {
  return `${printable(meter)} ${formatQuantity(consumed_quantity)}`;
}

/** Most lines of a session are assumed for one reason: it is written once, below the tree. */
function noteOf(text: string, notes: Notes): number {
  const known = notes.get(text) ?? notes.size + 1;
  notes.set(text, known);
  return known;
}

/** What is paid for a unit, in the price's own currency, and the rate at which that was converted. */
function priceText(entry: TrailEntry): string {
  const rate = entry.exchange_rate === '1' ? '' : ` x ${entry.exchange_rate}`;
  const price = `${currencyMark(entry.pricing_currency)}${entry.contracted_unit_price}`;
  return `${price} per ${printable(entry.pricing_unit.replace(/^1 /, ''))}${rate}`;
}

function contractText(entry: TrailEntry): string {
  if (entry.contracted_unit_price === entry.list_unit_price) return '';
  return ` (list ${currencyMark(entry.pricing_currency)}${entry.list_unit_price}; ${printable(entry.price_status_reason)})`;
}
