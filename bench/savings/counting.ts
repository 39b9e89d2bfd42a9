/** True token counts, each made once: every row of the table replays the same day. */
import type { Message } from '../../protocol/messages.ts';
import type { ModelSettings } from '../../protocol/settings.ts';
import type { TokenCounter } from '../../server/pipeline/ports.ts';

/** Counts of the provider. */
export interface Counting {
  messages(model: ModelSettings, messages: readonly Message[]): Promise<number>;
  text(model: ModelSettings, text: string): Promise<number>;
  /** No more of a text than so many tokens. */
  beginning(
    model: ModelSettings,
    text: string,
    tokens: number,
  ): Promise<{ readonly text: string; readonly isCut: boolean }>;
}

/** Remembers what `counter` counted. */
export function createCounting(counter: TokenCounter): Counting {
  const known = new Map<string, number>();
  const once = async (key: string, count: () => Promise<{ readonly tokens: number }>) => {
    const tokens = known.get(key) ?? (await count()).tokens;
    known.set(key, tokens);
    return tokens;
  };
  const ofText = (model: ModelSettings, text: string) =>
    once(`${model.id} ${text}`, () => counter.countText(model, text));
  return {
    messages: (model, messages) =>
      once(`${model.id}\n${messages.map(({ role, content }) => `${role} ${content}`).join('\n')}`, () =>
        counter.countMessages(model, messages),
      ),
    text: ofText,
    async beginning(model, whole, tokens) {
      let text = whole;
      for (let had = await ofText(model, text); had > tokens; had = await ofText(model, text))
        text = text.slice(0, Math.floor((text.length * tokens) / had));
      return { text, isCut: text.length < whole.length };
    },
  };
}
