/** Providers that the setup knows: where they are, what their keys are called, and models to begin with. */

/**
 * One of them. Model ids are those that the providers' own pages recommended in November 2026, the cheapest first; the
 * setup offers what the endpoint itself lists and only preselects these.
 */
export interface ProviderPreset {
  readonly name: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
  /** Environment variable that its own tools take the key from; null for none. */
  readonly keyEnvironment: string | null;
  /** Runs on this machine: found on its port, needs no key, and is free. */
  readonly local: boolean;
  /** Where a key is made; null where none is needed. */
  readonly keyPage: string | null;
}

export const PROVIDER_PRESETS: readonly ProviderPreset[] = [
  {
    name: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    models: ['gpt-6-luna', 'gpt-5.6-terra', 'gpt-6-sol'],
    keyEnvironment: 'OPENAI_API_KEY',
    local: false,
    keyPage: 'https://platform.openai.com/api-keys',
  },
  {
    name: 'Anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    models: ['claude-haiku-4-5', 'claude-sonnet-5', 'claude-opus-5'],
    keyEnvironment: 'ANTHROPIC_API_KEY',
    local: false,
    keyPage: 'https://platform.claude.com/settings/keys',
  },
  {
    name: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    models: ['deepseek-flash', 'deepseek-v4-pro'],
    keyEnvironment: 'DEEPSEEK_API_KEY',
    local: false,
    keyPage: 'https://platform.deepseek.com/api_keys',
  },
  {
    name: 'Gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    models: ['gemini-2.5-flash-lite', 'gemini-3.5-flash-lite', 'gemini-3.8-flash'],
    keyEnvironment: 'GEMINI_API_KEY',
    local: false,
    keyPage: 'https://aistudio.google.com/apikey',
  },
  {
    name: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    models: ['openai/gpt-5.6-luna', 'anthropic/claude-haiku-4.5', 'anthropic/claude-sonnet-5'],
    keyEnvironment: 'OPENROUTER_API_KEY',
    local: false,
    keyPage: 'https://openrouter.ai/keys',
  },
  {
    name: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    models: [],
    keyEnvironment: null,
    local: true,
    keyPage: null,
  },
  {
    name: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    models: [],
    keyEnvironment: null,
    local: true,
    keyPage: null,
  },
];
