export type Difference = 'since' | 'corrected' | 'longWrite' | 'longContext' | 'search' | 'cacheRead' | 'other model';

type Explained = {
  readonly reason: string;
  /** Model ids by price list, separated by white space. */
  readonly models: Readonly<Record<string, string>>;
};

/** Where npm's genai-prices 0.1.8 (September 2026) differs from the book made of 0.2.3 (November 2026), and why. */
export const DIFFERENCES: Readonly<Record<Difference, Explained>> = {
  since: {
    reason: 'The prices changed after the package was published: the book has rows dated October or November 2026.',
    models: {
      avian: 'deepseek/deepseek-v4-flash deepseek/deepseek-v4-pro-0813 xiaomi/mimo-v2.5-pro',
      doubleword: 'Qwen/Qwen3-VL-235B-A22B-Instruct-FP8 Qwen/Qwen3.6-35B-A3B-FP8 google/gemma-4-31B-it',
      huggingface_together: 'Qwen/Qwen3.5-9B meta-llama/Llama-3.3-70B-Instruct',
      novita: 'meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.3-70b-instruct',
      openrouter: `aion-labs/aion-rp-llama-3.1-8b anthracite-org/magnum-v4-72b arcee-ai/trinity-large-thinking
        deepseek/deepseek-chat deepseek/deepseek-chat-v3-0324 deepseek/deepseek-chat-v3.1 deepseek/deepseek-r1
        deepseek/deepseek-v3.1-terminus deepseek/deepseek-v3.2 deepseek/deepseek-v4-flash deepseek/deepseek-v4-pro
        google/gemini-2.5-flash google/gemini-2.5-pro google/gemma-2-27b-it google/gemma-3-12b-it
        google/gemma-3-27b-it google/gemma-3-4b-it google/gemma-4-26b-a4b-it google/gemma-4-31b-it
        gryphe/mythomax-l2-13b mancer/weaver meta-llama/llama-3.1-70b-instruct meta-llama/llama-3.1-8b-instruct
        meta-llama/llama-3.2-1b-instruct meta-llama/llama-3.2-3b-instruct meta-llama/llama-3.3-70b-instruct
        meta-llama/llama-4-maverick meta-llama/llama-4-scout meta-llama/llama-guard-4-12b microsoft/wizardlm-2-8x22b
        minimax/minimax-m1 minimax/minimax-m2 minimax/minimax-m2.1 minimax/minimax-m2.5 mistralai/mistral-nemo
        mistralai/mistral-small-24b-instruct-2501 mistralai/mistral-small-3.1-24b-instruct
        mistralai/mistral-small-3.2-24b-instruct mistralai/mixtral-8x22b-instruct moonshotai/kimi-k2.5
        moonshotai/kimi-k2.6 moonshotai/kimi-k2.7-code nousresearch/hermes-3-llama-3.1-405b
        nousresearch/hermes-3-llama-3.1-70b nvidia/nemotron-3-nano-30b-a3b nvidia/nemotron-3-super-120b-a12b
        nvidia/nemotron-3-ultra-550b-a55b openai/gpt-5.6-sol openai/gpt-oss-120b openai/gpt-oss-20b
        qwen/qwen-2.5-72b-instruct qwen/qwen-2.5-7b-instruct qwen/qwen-2.5-coder-32b-instruct qwen/qwen-plus
        qwen/qwen2.5-vl-72b-instruct qwen/qwen3-14b qwen/qwen3-235b-a22b-2507 qwen/qwen3-235b-a22b-thinking-2507
        qwen/qwen3-30b-a3b qwen/qwen3-30b-a3b-instruct-2507 qwen/qwen3-32b qwen/qwen3-coder
        qwen/qwen3-coder-30b-a3b-instruct qwen/qwen3-coder-next qwen/qwen3-next-80b-a3b-thinking
        qwen/qwen3-vl-235b-a22b-instruct qwen/qwen3-vl-30b-a3b-instruct qwen/qwen3-vl-30b-a3b-thinking
        qwen/qwen3-vl-8b-instruct qwen/qwen3.5-35b-a3b qwen/qwen3.5-plus-02-15 qwen/qwen3.6-27b qwen/qwen3.6-35b-a3b
        qwen/qwen3.7-max qwen/qwen3.7-plus sao10k/l3-lunaris-8b sao10k/l3.1-euryale-70b sao10k/l3.3-euryale-70b
        stepfun/step-3.5-flash tencent/hy3-preview thedrummer/skyfall-36b-v2 thedrummer/unslopnemo-12b
        undi95/remm-slerp-l2-13b x-ai/grok-4.20-multi-agent xiaomi/mimo-v2.5 z-ai/glm-4.5-air z-ai/glm-4.6
        z-ai/glm-4.7 z-ai/glm-4.7-flash z-ai/glm-5 z-ai/glm-5.1 ~anthropic/claude-haiku-latest
        ~anthropic/claude-sonnet-latest ~google/gemini-flash-latest ~google/gemini-pro-latest
        ~moonshotai/kimi-latest`,
      quicksilverpro: `claude-fable-5 claude-haiku-4-5 claude-opus-4-8 claude-opus-5 claude-sonnet-5 deepseek-v4-flash
        deepseek-v4-pro gemini-3.6-flash glm-5.2 glm-5.3 glm-5.3-flash gpt-5.6-luna gpt-5.6-sol gpt-5.6-terra
        gpt-oss-120b hy3 kimi-k2.6 kimi-k2.7-code kimi-k3 mimo-v2.5 muse-glimmer-30b nemotron-3.5-lightning
        qwen3.6-35b`,
    },
  },
  corrected: {
    reason:
      "Figures without a date, or with an earlier one, that 0.2.3 corrects: Azure's Phi (were OpenRouter's), DeepSeek V4.1 Flash and GLM 5.3 Flash (reductions of September), Claude Opus 4.6 on Vertex AI (no long-context price since March 2026), images of Gemini Live, Mistral's own prices instead of OpenRouter's, Grok 4.20 before its cut of April 2026.",
    models: {
      azure: `phi-3-medium-128k-instruct phi-3-mini-128k-instruct phi-3.5-mini-128k-instruct phi-4 phi-4-mini-instruct
        phi-4-multimodal-instruct phi-4-reasoning-plus`,
      deepseek: 'deepseek-v4-flash',
      google: 'claude-opus-4-6 gemini-live-2.5-flash',
      mistral: 'mistral-small-3.2-24b-instruct mistral-small-latest mixtral-8x22b-instruct',
      openrouter: 'z-ai/glm-5.3-flash',
      'x-ai': 'grok-4.20',
      zai: 'GLM-5.3-Flash',
      zhipuai: 'GLM-5.3-Flash',
    },
  },
  longWrite: {
    reason:
      'The package has no price of one-hour cache writes, and takes that of five minutes; AWS, Google and Moonshot publish one.',
    models: {
      aws: `global.anthropic.claude-fable-5-1-v1:0 global.anthropic.claude-fable-5-v1:0
        global.anthropic.claude-haiku-4-5-20251001-v1:0 global.anthropic.claude-opus-4-5-v1:0
        global.anthropic.claude-opus-4-6-v1:0 global.anthropic.claude-opus-4-7-v1:0
        global.anthropic.claude-opus-4-8-v1:0 global.anthropic.claude-opus-5
        global.anthropic.claude-sonnet-4-5-20250929-v1:0 global.anthropic.claude-sonnet-4-6-v1:0
        global.anthropic.claude-sonnet-5-v1:0`,
      google: `claude-fable-5 claude-fable-5-1 claude-opus-4-7 claude-opus-4-8 claude-opus-5 claude-opus-5-5
        claude-sonnet-4-5 claude-sonnet-4-6`,
      moonshotai: 'kimi-k3',
    },
  },
  longContext: {
    reason: 'The package has no higher price of long contexts; added in 0.2.3.',
    models: {
      openrouter: `bytedance-seed/seed-1.6 bytedance-seed/seed-1.6-flash bytedance-seed/seed-2.0-lite
        bytedance-seed/seed-2.0-mini google/gemini-3.1-pro-preview qwen/qwen3-coder-flash qwen/qwen3.5-plus-20260420
        qwen/qwen3.6-flash qwen/qwen3.6-plus x-ai/grok-4.20 x-ai/grok-4.3 x-ai/grok-build-0.1`,
      quicksilverpro: 'grok-4.6',
    },
  },
  search: {
    reason: "The package has no price of searches: Google's grounding and deep research were added in 0.2.3.",
    models: {
      google: `gemini-2.0-flash gemini-2.5-flash gemini-2.5-flash-lite gemini-2.5-flash-preview gemini-2.5-pro
        gemini-3-flash-preview gemini-3-pro-image-preview gemini-3-pro-preview gemini-3.1-flash-image-preview
        gemini-3.1-flash-lite gemini-3.1-flash-live-preview gemini-3.1-pro-preview gemini-3.5-flash
        gemini-3.5-flash-lite gemini-3.6-flash gemini-3.7-flash gemini-3.8-flash`,
      openai: 'o3-deep-research o4-mini-deep-research',
    },
  },
  cacheRead: {
    reason:
      'The package has another price of cached input, or none and takes that of input; added or corrected in 0.2.3.',
    models: {
      azure: 'o4-mini',
      'github-copilot': 'claude-fable-5.1',
      openrouter: `deepseek/deepseek-r1-0528 mistralai/mistral-large mistralai/mistral-medium-3 mistralai/mistral-saba
        moonshotai/kimi-k2-thinking nousresearch/hermes-4-405b openai/gpt-4.1-nano openai/gpt-4o openai/gpt-5-nano
        openai/gpt-5.1 openai/gpt-5.1-codex-mini openai/gpt-oss-safeguard-20b qwen/qwen3.5-397b-a17b
        ~anthropic/claude-fable-latest`,
    },
  },
  'other model': {
    reason: 'The book has prices of its own for the alias of this model.',
    models: {
      'x-ai': 'grok-4.20-multi-agent',
    },
  },
};
