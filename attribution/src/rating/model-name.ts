const SNAPSHOT_SUFFIX = /(?:[-@](?:\d{4}-\d{2}-\d{2}|20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))|-latest)$/;
const COMPACT_DATE = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)/;
const BEDROCK_REGION = /^(?:global|regional|us-gov|us|eu|apac|au|jp|ca|sa|me|af)\.(?=[a-z0-9]+\.)/;
const BEDROCK_VERSION = /-v\d+(?::\d+)?(?::\d+k)?$/;

/** The name without the date of its snapshot, or without `-latest`. */
export function withoutSnapshot(name: string): string {
  return name.replace(SNAPSHOT_SUFFIX, '');
}

/** `gpt-5.2-20251211` as the price lists write it, `gpt-5.2-2025-12-11`; gateways write the former. */
export function withDashedDate(name: string): string {
  return name.replace(COMPACT_DATE, '-$1-$2-$3');
}

/** The model of a resource path such as `publishers/google/models/x`. */
export function lastOfPath(name: string): string {
  const models = name.lastIndexOf('models/');
  return models === 0 || name[models - 1] === '/' ? name.slice(models + 'models/'.length) : name;
}

/** Bedrock's `arn:aws:bedrock:...:inference-profile/eu.anthropic...` as the bare id. */
export function withoutArn(name: string): string {
  return name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name;
}

/** Bedrock's `eu.` in `eu.anthropic.claude-...-v1:0`: the region group that serves and prices the call; '' without. */
export function bedrockRegion(name: string): string {
  const region = BEDROCK_REGION.exec(name)?.[0] ?? '';
  return region.slice(0, -1);
}

/** A Bedrock id without region group and version: `anthropic.claude-sonnet-4-5-20250929`. */
export function bedrockCore(name: string): string {
  return name.replace(BEDROCK_REGION, '').replace(BEDROCK_VERSION, '');
}
