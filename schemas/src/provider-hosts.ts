/**
 * Hosts of model APIs, and who answers there. A span's provider is often only the API that its client speaks (OpenAI's
 * client says `openai` wherever it is pointed); the host tells who serves, and mostly who bills.
 */

/** `gateway`: passes the call on; what it costs is the price of whoever serves it. */
export type HostRole = 'biller' | 'gateway';

export type HostOwner = {
  /** The canonical name of the provider whose host it is. */
  readonly provider: string;
  readonly role: HostRole;
  /** The region that the host names, `global` where it names none of the regions that exist; '' where it has none. */
  readonly region: string;
};

/** `*` stands for any labels, `{region}` for the region. */
const BILLERS: Readonly<Record<string, readonly string[]>> = {
  openai: ['api.openai.com', '{region}.api.openai.com'],
  // Anthropic's own platform on AWS costs what it costs at Anthropic's.
  anthropic: ['api.anthropic.com', 'aws-external-anthropic.{region}.api.aws'],
  'aws.bedrock': [
    ...['bedrock-runtime.{region}.amazonaws.com', 'bedrock-runtime-fips.{region}.amazonaws.com'],
    ...['bedrock.{region}.amazonaws.com', 'bedrock-agent-runtime.{region}.amazonaws.com'],
    ...[
      'bedrock-mantle.{region}.api.aws',
      'bedrock-runtime.{region}.api.aws',
      'bedrock-runtime.{region}.amazonaws.com.cn',
    ],
    '*.bedrock-runtime.{region}.vpce.amazonaws.com',
  ],
  'azure.ai.openai': [
    ...['*.openai.azure.com', '*.openai.azure.us', '*.cognitiveservices.azure.com', '*.services.ai.azure.com'],
    '*.azure-api.net',
  ],
  'azure.ai.inference': ['*.models.ai.azure.com', '*.inference.ml.azure.com'],
  'gcp.gemini': ['generativelanguage.googleapis.com'],
  'gcp.vertex_ai': [
    ...['{region}-aiplatform.googleapis.com', 'aiplatform.{region}.rep.googleapis.com'],
    'aiplatform.googleapis.com',
  ],
  x_ai: ['api.x.ai', '{region}.api.x.ai'],
  mistral_ai: ['api.mistral.ai', 'api.{region}.mistral.ai', 'codestral.mistral.ai'],
  cohere: ['api.cohere.com', 'api.cohere.ai'],
  deepseek: ['api.deepseek.com'],
  groq: ['api.groq.com'],
  perplexity: ['api.perplexity.ai'],
  moonshot_ai: ['api.moonshot.ai', 'api.moonshot.cn'],
  openrouter: ['openrouter.ai', 'api.openrouter.ai', '{region}.openrouter.ai'],
  together: ['api.together.xyz', 'api.together.ai'],
  fireworks: ['api.fireworks.ai'],
  cerebras: ['api.cerebras.ai'],
  voyageai: ['api.voyageai.com'],
  elevenlabs: ['api.elevenlabs.io', 'api.us.elevenlabs.io', '*.residency.elevenlabs.io'],
  'github-copilot': ['api.githubcopilot.com', 'api.*.githubcopilot.com'],
  cursor: ['api.cursor.com'],
  cloudflare: ['api.cloudflare.com'],
  databricks: ['*.cloud.databricks.com', '*.azuredatabricks.net', '*.gcp.databricks.com'],
  huggingface: ['router.huggingface.co', 'api-inference.huggingface.co'],
  minimax: ['api.minimax.io', 'api.minimaxi.com', 'api.minimax.chat'],
  meta: ['api.meta.ai'],
  novita: ['api.novita.ai'],
  zai: ['api.z.ai'],
  zhipuai: ['open.bigmodel.cn'],
  ovhcloud: ['oai.endpoints.kepler.ai.cloud.ovh.net'],
  baseten: ['inference.baseten.co'],
  modal: ['*.modal.run', '*.modal.direct'],
  arcee: ['api.arcee.ai'],
  avian: ['api.avian.io'],
  doubleword: ['api.doubleword.ai'],
  quicksilverpro: ['api.quicksilverpro.io'],
  typesafe: ['api.typesafe.ai'],
  // Known to bill by lists that we do not have: better unpriced than at somebody else's price.
  deepinfra: ['api.deepinfra.com'],
  sambanova: ['api.sambanova.ai'],
  nvidia: ['integrate.api.nvidia.com'],
  nebius: ['api.studio.nebius.ai', 'api.studio.nebius.com', 'api.tokenfactory.nebius.com'],
  hyperbolic: ['api.hyperbolic.xyz'],
  alibaba: ['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com'],
  github: ['models.github.ai', 'models.inference.ai.azure.com'],
  'ibm.watsonx.ai': ['{region}.ml.cloud.ibm.com'],
};

const GATEWAYS: Readonly<Record<string, readonly string[]>> = {
  vercel: ['ai-gateway.vercel.sh'],
  'cloudflare-ai-gateway': ['gateway.ai.cloudflare.com'],
  portkey: ['api.portkey.ai'],
  helicone: ['*.helicone.ai', '*.hconeai.com'],
};

const GLOBAL_HOSTS: ReadonlySet<string> = new Set(['aiplatform.googleapis.com']);

type HostPattern = { readonly provider: string; readonly role: HostRole; readonly pattern: RegExp };

const PATTERNS: readonly HostPattern[] = [...patternsOf(BILLERS, 'biller'), ...patternsOf(GATEWAYS, 'gateway')];

/** Who answers at a host (in lower case, without port); undefined where the host is nobody's that we know. */
export function hostOwner(host: string): HostOwner | undefined {
  for (const { provider, role, pattern } of PATTERNS) {
    const match = pattern.exec(host);
    if (match !== null) return { provider, role, region: match[1] ?? (GLOBAL_HOSTS.has(host) ? 'global' : '') };
  }
  return undefined;
}

function patternsOf(hosts: Readonly<Record<string, readonly string[]>>, role: HostRole): readonly HostPattern[] {
  return Object.entries(hosts).flatMap(([provider, names]) =>
    names.map((name) => ({ provider, role, pattern: compile(name) })),
  );
}

function compile(name: string): RegExp {
  const source = name.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9.-]+').replaceAll('{region}', '([a-z0-9-]+)');
  return new RegExp(`^${source}$`);
}
