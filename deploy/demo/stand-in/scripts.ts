import type { ScriptedToolCall } from './script.ts';

/** One answer of the model. The last turn of a script has no calls. */
export type Turn = {
  readonly text?: string;
  readonly calls?: readonly ScriptedToolCall[];
  readonly webSearches?: readonly string[];
};

type Script = { readonly asked: RegExp; readonly turns: readonly Turn[] };

const search = (query: string): ScriptedToolCall => ({ name: 'search_docs', input: { query } });
const subagent = (task: string): ScriptedToolCall => ({ name: 'run_subagent', input: { task } });

/** What is said to which question of the demo; the first that fits is taken. */
export const SCRIPTS: readonly Script[] = [
  {
    asked: /^verify/i,
    turns: [
      { text: 'I look for the passage that says so.', calls: [search('buffer retention days')] },
      {
        text: 'Confirmed. The handbook of the station buffer says that readings stay for fourteen days and that the archive keeps hourly means for ten years. The claim holds for stations with firmware 4 or newer; older ones keep seven days, so say which firmware is meant.',
      },
    ],
  },
  {
    asked: /rotate/i,
    turns: [
      { calls: [search('rotate station key')] },
      { calls: [search('key grace period')] },
      {
        text: 'Rotate in this order and no reading is lost.\n1. Create the new key in the console; both keys are valid from now on.\n2. Push it to the stations with `harbor keys push`; each confirms within five minutes, or at its next contact if it sleeps.\n3. Watch the list "stations on the old key". When it is empty, revoke the old key.\nIf a station has not confirmed after 24 hours, extend the grace period rather than revoke: a revoked key makes the station buffer locally, and the buffer of firmware 3 holds seven days only.',
      },
    ],
  },
  {
    asked: /old key/i,
    turns: [
      {
        text: 'For 24 hours after the new key was made, and up to 30 days if you extend the grace period in the console. After that the station buffers its readings and sends them once it has a valid key.',
      },
    ],
  },
  {
    asked: /retention/i,
    turns: [
      {
        text: 'I compare what the handbook says of each store.',
        calls: [search('buffer retention'), search('archive retention')],
      },
      { calls: [subagent('Verify: readings can be sent again for fourteen days after they were taken.')] },
      {
        text: "Recommendation: 14 days in the station buffer, 90 days of raw readings, ten years of hourly means.\n- Buffer: 7, 14 or 30 days. Fourteen outlasts the longest outage of the last three years (nine days) and costs no more power than seven.\n- Raw readings: 30, 90 or 400 days. Ninety covers a season, which is what the forecast team trains on; 400 days costs four times as much storage and nobody asked for it.\n- Hourly means: always ten years, by the harbour authority's rule.\nThe fact checker confirms the first point for firmware 4; older stations keep seven days whatever you set.",
      },
    ],
  },
  {
    asked: /late readings/i,
    turns: [
      { calls: [{ name: 'recall_notes', input: { topic: 'late readings' } }] },
      { calls: [search('late readings')] },
      {
        text: 'Two notes and one page of the handbook. The note of March says that readings which arrive up to 48 hours late are merged into the hourly means; the note of June says that later ones are kept apart and listed for review. The handbook agrees with both and adds that a merged hour is marked as revised.',
      },
    ],
  },
  {
    asked: /lisbon/i,
    turns: [
      {
        text: 'I check the forecast and our limits for outdoor work.',
        calls: [{ name: 'get_weather', input: { city: 'Lisbon' } }, search('outdoor installation limits')],
      },
      {
        text: 'Yes, in the morning. Wind stays below 20 km/h until 13:00, and our limit for work on a mast is 38 km/h; rain comes after 15:00, and the housing must not be opened in rain. Ask the crew to start at 8:00 and to close the housing by 14:00. If the forecast changes tonight we call the customer at 7:00.',
      },
    ],
  },
  {
    asked: /ticket 4711/i,
    turns: [
      { calls: [search('invoice lines missing')] },
      {
        text: 'Dear Ms Okafor,\nthank you for the careful comparison. You are right: two stations are missing on the invoice of October, because they were moved to the new site after the 25th, when the invoice is drawn up. They will be on the next one with their own line, and the total of both months will be what you expected. I attach the list of readings per station, so that you can check each figure.\nKind regards',
      },
    ],
  },
  {
    asked: /morning's tickets/i,
    turns: [
      {
        text: 'Nine tickets since midnight. Four ask about the same thing, the changed login page, and one answer will do. Two report stations that are silent since the storm; both are on battery and should be back by noon. One asks for an invoice copy, one wants to add a user, and one is praise for the new wind chart. Nothing is urgent; the storm tickets should be looked at again at 12:30.',
      },
    ],
  },
  {
    asked: /conventions/i,
    turns: [
      {
        text: 'Three changes matter to us. The names for cache writes were aligned with cache reads, agent spans no longer repeat cache counts, and token metrics became counters by modality. I have the first two checked.',
        webSearches: ['OpenTelemetry GenAI semantic conventions changes', 'gen_ai.usage cache_write rename'],
        calls: [subagent('Verify: the cache attribute was renamed in the newest conventions.')],
      },
      {
        text: 'Summary for the platform team: read both spellings of the cache-write attribute for a year; do not sum agent spans; move the dashboards from the token histogram to the new counters. The fact checker found no contradiction in our own pages, but our station exporter still sends the old name, so a change is due there.',
      },
    ],
  },
];
