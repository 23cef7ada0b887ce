type Maker = { readonly provider: string; readonly names: RegExp };

/** Models that only their makers and their makers' partners serve: nobody can host these himself. */
const CLOSED_MODELS: readonly Maker[] = [
  { provider: 'aws.bedrock', names: /^(?:[a-z-]+\.)?(?:anthropic\.claude|amazon\.(?:nova|titan))-/ },
  { provider: 'anthropic', names: /^claude-/ },
  { provider: 'openai', names: /^(?:gpt-(?!oss|j|neo|2)|chatgpt-|o[134](?:$|-)|text-embedding-3-|codex-)/ },
  { provider: 'gcp.gemini', names: /^gemini-/ },
  { provider: 'x_ai', names: /^grok-(?!1|2(?:$|-))/ },
];

/** The provider that makes a model whose weights are not public; undefined for one that anybody may host. */
export function closedModelMaker(name: string): string | undefined {
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return CLOSED_MODELS.find((maker) => maker.names.test(bare))?.provider;
}
