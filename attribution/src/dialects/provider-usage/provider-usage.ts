import type { Picodollars } from '@spanledger/schemas';
import { type InputShape, UsageTotals } from '../usage-totals.ts';
import type { UsagePlace } from '../usage-trail.ts';
import { aiSdkUsage } from './ai-sdk.ts';
import { anthropicUsage } from './anthropic.ts';
import { bedrockUsage } from './bedrock.ts';
import { cohereUsage } from './cohere.ts';
import { geminiUsage } from './gemini.ts';
import { type Json, objectOf } from './json.ts';
import { langChainUsage } from './langchain.ts';
import { ollamaUsage } from './ollama.ts';
import { openAiChatUsage } from './openai-chat.ts';
import { openAiResponsesUsage } from './openai-responses.ts';

/** What a provider's own usage JSON says. */
export type ProviderUsage = {
  readonly totals: UsageTotals;
  readonly shape: InputShape;
  /** Whose wire format it is, such as `openai-chat`; part of the rule's id. */
  readonly api: string;
  /** '' where the usage does not tell; OpenAI's stands beside the usage. */
  readonly serviceTier: string;
  readonly region: string;
  readonly assumed: string;
  /** What the provider says that the call cost. */
  readonly reportedCost: Picodollars | undefined;
};

/** One wire format: how its usage object is recognised, whoever sent it, and how it is read. */
export type UsageFormat = {
  readonly api: string;
  readonly shape: InputShape;
  matches(usage: Json): boolean;
  read(usage: Json, totals: UsageTotals): UsageExtras | undefined;
};

/** What some formats tell beside quantities. */
export type UsageExtras = Partial<Pick<ProviderUsage, 'serviceTier' | 'region' | 'assumed' | 'reportedCost'>>;

/** Asked in this order: those with fields of their own before those whose fields others use too. */
const FORMATS: readonly UsageFormat[] = [
  cohereUsage,
  openAiChatUsage,
  langChainUsage,
  anthropicUsage,
  openAiResponsesUsage,
  aiSdkUsage,
  bedrockUsage,
  geminiUsage,
  ollamaUsage,
];

const NO_EXTRAS: UsageExtras = {};

/** Reads a raw usage object; undefined when it is none that we know. `origin` says where on the span it stands. */
export function readProviderUsage(value: unknown, origin: UsagePlace): ProviderUsage | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  const format = FORMATS.find((candidate) => candidate.matches(usage));
  if (format === undefined) return undefined;
  const totals = new UsageTotals();
  totals.trail = totals.trail.with(origin);
  const extras = format.read(usage, totals) ?? NO_EXTRAS;
  return {
    totals,
    shape: format.shape,
    api: format.api,
    serviceTier: extras.serviceTier ?? '',
    region: extras.region ?? '',
    assumed: extras.assumed ?? '',
    reportedCost: extras.reportedCost,
  };
}
