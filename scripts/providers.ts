/** The provider that `npm start` sets up: OpenAI where the environment has a key, else one that costs nothing. */
import { startDemo } from '../test/simulator/demo.ts';

/** A provider for the settings, and what to say about it. */
export interface StartProvider {
  /** One entry of `farthing.providers`; never with a key. */
  readonly settings: Readonly<Record<string, unknown>> & { readonly name: string };
  /** For the person at the terminal. */
  readonly notice: string;
  stop(): Promise<void>;
}

const MODELS = ['gpt-5-mini', 'gpt-5-nano'];

/** Reads OPENAI_API_KEY and OPENAI_BASE_URL; without a key it starts the simulator on loopback. */
export async function startProvider(environment: NodeJS.ProcessEnv): Promise<StartProvider> {
  if (environment['OPENAI_API_KEY']) {
    const baseUrl = environment['OPENAI_BASE_URL'] || 'https://api.openai.com/v1';
    return {
      settings: { name: 'OpenAI', baseUrl, models: MODELS, keyEnvironment: 'OPENAI_API_KEY' },
      notice: `OpenAI at ${baseUrl}, with the key in OPENAI_API_KEY. Answers are real and billed to it.`,
      stop: async () => undefined,
    };
  }
  const demo = await startDemo();
  return {
    settings: {
      name: 'Demo',
      baseUrl: demo.baseUrl,
      models: MODELS,
      needsKey: false,
      pricedAs: 'openai',
      simulated: true,
    },
    notice:
      'Demo. Its answers are SIMULATED on this machine and nothing is billed; prices are shown as if they were.\n' +
      '             For real answers: OPENAI_API_KEY=... npm start',
    stop: () => demo.stop(),
  };
}
