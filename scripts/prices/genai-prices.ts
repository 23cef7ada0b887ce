/** The shape of a genai-prices data file, as far as the importer reads it. */
export type SourceClause =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or_: readonly SourceClause[] }
  | { readonly and_: readonly SourceClause[] };

export type SourcePrice = string | { readonly base: string; readonly tiers: readonly SourceTier[] };
type SourceTier = { readonly start: number; readonly price: string };

export type SourceConstraint =
  | { readonly _type: 'StartDateConstraint'; readonly start_date: string }
  | { readonly _type: 'TimeOfDateConstraint'; readonly start_time: string; readonly end_time: string };

export type SourcePrices = Readonly<Record<string, SourcePrice>>;
type SourceConditional = { readonly constraint?: SourceConstraint; readonly prices: SourcePrices };
export type SourceVariant = SourceConditional & { readonly when: Readonly<Record<string, string>> };

export type SourceModel = {
  readonly id: string;
  readonly match: SourceClause;
  readonly prices: SourcePrices | readonly SourceConditional[];
  readonly price_variants?: readonly SourceVariant[];
  readonly price_comments?: string;
};

export type SourceProvider = {
  readonly id: string;
  readonly api_pattern: string;
  readonly pricing_urls?: readonly string[];
  readonly price_comments?: string;
  readonly model_match?: SourceClause;
  readonly fallback_model_providers?: readonly string[];
  readonly models: readonly SourceModel[];
};
