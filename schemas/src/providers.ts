/**
 * Provider names as the ledger writes them: OpenTelemetry's values of `gen_ai.provider.name`, and one name of
 * ours for each provider that OpenTelemetry does not list. A name says who bills, not whose model it is.
 */

/** Names remembered; beyond that (hostile input) every name is looked up anew. */
const MAX_REMEMBERED_NAMES = 2048;

/** Every spelling seen, in the form that `spellingKey` gives, by canonical name. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai', 'open-ai', 'text-completion-openai', 'openai-chat', 'openai-responses', 'openai-completion'],
  anthropic: ['anthropic', 'anthropic-api', 'claude', 'claude-api'],
  'aws.bedrock': [
    ...[
      'aws.bedrock',
      'aws-bedrock',
      'aws',
      'bedrock',
      'bedrock-converse',
      'bedrock-runtime',
      'amazon',
      'amazon.bedrock',
    ],
    ...[
      'amazon-bedrock',
      'amazonbedrock',
      'awsbedrock',
      'bedrock.anthropic',
      'amazon-bedrock-converse',
      'bedrock-mantle',
    ],
  ],
  'azure.ai.openai': [
    ...['azure.ai.openai', 'az.ai.openai', 'azure-openai', 'azureopenai', 'azure.openai', 'azure', 'openai-azure'],
    ...['microsoft.azure.openai', 'az-openai', 'azure-ai-openai'],
  ],
  'azure.ai.inference': [
    ...[
      'azure.ai.inference',
      'az.ai.inference',
      'azure-ai',
      'azure-ai-inference',
      'azure.ai.foundry',
      'azure-ai-foundry',
    ],
    ...['azure.anthropic', 'azure-foundry', 'foundry', 'microsoft.foundry'],
  ],
  // Google names without a back end (ADK writes `gcp.vertex.agent` whichever it calls) go under the commoner one.
  'gcp.gemini': [
    ...[
      'gcp.gemini',
      'gemini',
      'google',
      'gcp.gen-ai',
      'gcp.genai',
      'google-genai',
      'google-generative-ai',
      'googleai',
    ],
    ...['google.generative-ai', 'google-ai', 'google-ai-studio', 'google-gemini', 'google.genai', 'google.gemini'],
    ...['gcp.vertex.agent', 'google.interactions', 'google-gla', 'gcp'],
  ],
  'gcp.vertex_ai': [
    ...[
      'gcp.vertex-ai',
      'vertex-ai',
      'vertexai',
      'vertex',
      'google.vertex',
      'google-vertex',
      'google-vertexai',
      'gcp.vertex',
    ],
    ...['google-vertex-ai', 'vertex-ai-beta', 'vertex.anthropic', 'google.vertex.anthropic', 'google-anthropic-vertex'],
    ...[
      'vertex-ai-anthropic-models',
      'googlevertex.anthropic',
      'google.vertex.openapi',
      'google.vertex.maas',
      'gcp.vertexai',
    ],
  ],
  x_ai: ['x-ai', 'xai', 'x.ai', 'grok'],
  mistral_ai: ['mistral-ai', 'mistral', 'mistralai'],
  cohere: ['cohere', 'cohere-chat', 'cohere-ai'],
  deepseek: ['deepseek', 'deepseek-ai', 'deep-seek'],
  groq: ['groq', 'groqcloud', 'groq-cloud'],
  perplexity: ['perplexity', 'perplexity-ai', 'pplx'],
  'ibm.watsonx.ai': [
    'ibm.watsonx.ai',
    'watsonx',
    'ibm',
    'ibm-watsonx',
    'watsonx-ai',
    'ibm.watsonx',
    'watsonx-text',
    'watson',
  ],
  moonshot_ai: ['moonshot-ai', 'moonshot', 'moonshotai', 'kimi'],
  openrouter: ['openrouter', 'open-router'],
  together: ['together', 'together-ai', 'togetherai', 'together.ai'],
  fireworks: ['fireworks', 'fireworks-ai', 'fireworksai', 'fireworks.ai'],
  huggingface: ['huggingface', 'hugging-face', 'hf', 'huggingface-hub'],
  ollama: ['ollama', 'ollama-chat', 'ollama.ai'],
  vllm: ['vllm', 'hosted-vllm'],
  voyageai: ['voyageai', 'voyage', 'voyage-ai'],
  elevenlabs: ['elevenlabs', 'eleven-labs'],
  cerebras: ['cerebras', 'cerebras-ai'],
  cloudflare: ['cloudflare', 'workers-ai', 'workersai', 'cloudflare-workers-ai', 'workersai.chat'],
  'github-copilot': ['github-copilot', 'copilot', 'githubcopilot'],
  minimax: ['minimax', 'minimax-ai'],
  meta: ['meta', 'meta-llama', 'llama-api'],
  novita: ['novita', 'novita-ai'],
  zai: ['zai', 'z-ai', 'z.ai'],
  zhipuai: ['zhipuai', 'zhipu', 'zhipu-ai', 'bigmodel'],
  ovhcloud: ['ovhcloud', 'ovh', 'ovhcloud-ai-endpoints'],
  vercel: ['vercel', 'gateway', 'vercel-ai-gateway', 'ai-gateway'],
  'cloudflare-ai-gateway': ['cloudflare-ai-gateway', 'cloudflare-gateway', 'ai-gateway-provider'],
  portkey: ['portkey', 'portkey-ai'],
  helicone: ['helicone', 'helicone-ai'],
  deepinfra: ['deepinfra', 'deep-infra'],
  sambanova: ['sambanova', 'samba-nova'],
  nvidia: ['nvidia', 'nvidia-nim', 'nim'],
  alibaba: ['alibaba', 'alibaba-cloud', 'dashscope', 'qwen', 'bailian'],
  github: ['github', 'github-models'],
  databricks: ['databricks', 'databricks-mlflow'],
  baseten: ['baseten', 'base-ten'],
  // Frameworks and proxies that write their own name where the provider belongs: who bills is not known.
  '': [
    ...[
      'strands-agents',
      'strands',
      'langgraph',
      'langchain',
      'langchain-core',
      'crewai',
      'autogen',
      'llamaindex',
      'ag2',
    ],
    ...[
      'llama-index',
      'haystack',
      'smolagents',
      'pydantic-ai',
      'agno',
      'dspy',
      'semantic-kernel',
      'openai-agents',
      'mastra',
    ],
    ...[
      'litellm',
      'litellm-proxy',
      'microsoft.agent-framework',
      'microsoft.agents',
      'agent-framework',
      'google-adk',
      'adk',
    ],
    ...[
      'claude-agent-sdk',
      'claude-code',
      'ai-sdk',
      'vercel-ai-sdk',
      'langfuse',
      'langsmith',
      'mlflow',
      'traceloop',
      'mcp',
    ],
    ...['unknown', 'none', 'null', 'undefined', 'other', 'custom'],
  ],
};

const CANONICAL_BY_SPELLING: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([name, spellings]) => spellings.map((spelling) => [spelling, name] as const)),
);

/** Vercel's AI SDK appends the API that it speaks: `openai.responses`, `google.generative-ai.chat`. */
const API_SUFFIX =
  /\.(?:chat|responses|messages|completions?|embeddings?|text-embedding|images?|speech|transcription|rerank(?:ing)?|video|realtime)$/;

const remembered = new Map<string, string>();

/**
 * The canonical name of the provider that an emitter calls `name`. Unknown names come back trimmed and in lower
 * case; '' stays '', and so becomes the name of a framework, which tells nothing of who bills.
 */
export function canonicalProvider(name: string): string {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const canonical = resolve(name);
  if (remembered.size < MAX_REMEMBERED_NAMES) remembered.set(name, canonical);
  return canonical;
}

function resolve(name: string): string {
  const lowered = name.trim().toLowerCase();
  const key = spellingKey(lowered);
  const withoutApi = key.replace(API_SUFFIX, '');
  return CANONICAL_BY_SPELLING.get(key) ?? CANONICAL_BY_SPELLING.get(withoutApi) ?? lowered;
}

function spellingKey(lowered: string): string {
  return lowered.replace(/[\s_-]+/g, '-');
}
