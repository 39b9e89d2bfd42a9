/** Whether the rules keep what they have to, on the prompts and on mutations of them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of prompts look like JavaScript's templates.
import { applyEdits, withoutOverlaps } from '../../server/prompts/compression/apply.ts';
import type { PromptText } from '../../server/prompts/compression/prompt-text.ts';
import type { Rule } from '../../server/prompts/compression/rule.ts';
import { RULES } from '../../server/prompts/compression/rules.ts';
import { suggest } from '../../server/prompts/compression/suggest.ts';
import type { Span } from '../../server/prompts/prompt-part.ts';
import type { TokenMeasure } from '../../server/tokens/token-measure.ts';
import type { Measure } from '../benchmark.ts';
import { compressed, readAsUser } from './corpus.ts';

/** Every rule on every prompt and on mutations of it: what is kept stays, twice is once, and the count is smaller. */
export function kept(prompts: readonly string[], measure: TokenMeasure): readonly Measure[] {
  let lost = 0;
  let unstable = 0;
  let longer = 0;
  let texts = 0;
  for (const [index, prompt] of prompts.entries()) {
    for (const text of [prompt, mutated(prompt, index)]) {
      texts += 1;
      const prompt = readAsUser([text], measure);
      for (const rule of RULES) {
        const found = suggest(prompt, { rules: [rule], limit: 10_000 }).suggestions;
        if (found.every(({ finding }) => finding.edits.length === 0)) continue;
        const chosen = withoutOverlaps(found);
        const after = applyEdits(
          text,
          chosen.flatMap(({ finding }) => finding.edits),
        );
        if (lacks(rule, prompt, after)) lost += 1;
        if (measure.tokens(after) >= measure.tokens(text)) longer += 1;
        const once = compressed(text, [rule], measure);
        if (compressed(once, [rule], measure) !== once) unstable += 1;
      }
    }
  }
  const count = (name: string, value: number): Measure => ({
    name: `${name}, of ${texts} texts and ${RULES.length} rules`,
    value,
    unit: '',
    target: 0,
    peers: [],
  });
  return [
    count('protected tokens lost', lost),
    count('applied twice is not once', unstable),
    count('not shorter', longer),
  ];
}

/**
 * True where something that is kept is gone, names too: in its order, or for a rule that takes repeats away, altogether.
 * In data every text in quotation marks is looked for as well, though rules may write the data in another way.
 */
function lacks({ keeps }: Rule, { passages }: PromptText, after: string): boolean {
  const tokens = passages.flatMap(({ text, kept, blocks }) =>
    [
      ...kept.filter(({ kind }) => keeps !== 'value' || kind === 'variable'),
      ...(keeps === 'value'
        ? []
        : blocks.filter(({ kind }) => kind === 'data').flatMap((block) => quotedIn(text, block))),
    ]
      .sort((one, other) => one.start - other.start)
      .map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' ')),
  );
  const flat = after.replace(/\s+/g, ' ');
  if (keeps !== 'all') return tokens.some((token) => !flat.includes(token));
  let from = 0;
  return tokens.some((token) => {
    const found = flat.indexOf(token, from);
    // A text in quotation marks may have others of the tokens in it.
    if (found >= 0) from = found + 1;
    return found < 0;
  });
}

const quotedIn = (text: string, { start, end }: Span): Span[] =>
  [...text.slice(start, end).matchAll(/"(?:[^"\\\n]|\\.)*"/g)]
    .filter(
      ({ 0: { length }, index }) => !/\{\{|\$\{|\{%/.test(text.slice(start + index, start + index + length)),
    )
    .map(({ 0: { length }, index }) => ({ start: start + index, end: start + index + length }));

const PIECES = [
  ' {{name}} ',
  '\r\n\r\n\r\n\r\n',
  ' `x  =  1` ',
  ' "very very  good" ',
  ' not  3.5 kg ',
  ' 很好。请 ',
  ' 👩‍👩‍👧👍👍👍 ',
  ' שלום ',
  '\n```json\n{ "a": [ 1,  2 ] }\n```\n',
  ' ${input:topic}   ',
];

/** A prompt with pieces put into it at places that depend on its number alone. */
function mutated(prompt: string, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const next = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % limit;
  };
  let text = prompt;
  for (let times = 0; times < 6; times++) {
    const at = next(text.length + 1);
    const high = text.charCodeAt(at - 1);
    if (high >= 0xd800 && high <= 0xdbff) continue;
    text = text.slice(0, at) + (PIECES[next(PIECES.length)] ?? '') + text.slice(at);
  }
  return text;
}
