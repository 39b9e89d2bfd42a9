/** Leaves nothing out whose marker costs as much as it saves. */
import type { Fit } from '../fitting/fit.ts';
import type { MarkedContext } from '../fitting/fit-messages.ts';
import { type Replacement, withoutReplacements } from '../fitting/replacement.ts';
import { createCountMemory } from './count-memory.ts';
import type { Compressor, TokenCounter } from './ports.ts';
import { createShortenedTexts } from './shortened-texts.ts';
import type { Call } from './stage.ts';

/** What is so many times longer than its marker has more tokens in any language, shortened or not. */
const SURELY_LONGER = 4;

/** So many parts that may not pay are counted for a fit; of more of them, those are kept that are not much longer. */
const MOST_COUNTED = 256;
const PROBABLY_LONGER = 2;

/** Counted parts that are remembered, since an estimate comes with each edit. */
const MOST_REMEMBERED = 1024;

/**
 * Gives the fit without parts that have no more tokens than the line that stands for them, as they would be sent: later
 * stages may write them shorter.
 */
export function createPayingFit(dependencies: {
  readonly counter: TokenCounter;
  readonly compressor: Compressor;
}): (context: MarkedContext, fit: Fit, call: Call) => Promise<Fit> {
  const count = createCountMemory(dependencies.counter, MOST_REMEMBERED);
  const shortened = createShortenedTexts(dependencies.compressor);
  const tokensOf = async (call: Call, text: string) => (await count(call, text)).tokens;

  const pays = async (call: Call, { role, before, after }: Replacement): Promise<boolean> => {
    const marker = await tokensOf(call, after);
    if ((await tokensOf(call, before)) <= marker) return false;
    if (call.off.has('compress')) return true;
    const { text } = await shortened(call, before, role);
    return text === before || (await tokensOf(call, text)) > marker;
  };

  return async (context, fit, call) => {
    const doubtful = context
      .replacements(fit)
      .filter(({ before, after }) => before.length < SURELY_LONGER * after.length);
    const paying = await Promise.all(doubtful.slice(0, MOST_COUNTED).map((one) => pays(call, one)));
    const undone = doubtful.filter(
      ({ before, after }, index) => !(paying[index] ?? before.length >= PROBABLY_LONGER * after.length),
    );
    return undone.length === 0 ? fit : withoutReplacements(fit, undone);
  };
}
