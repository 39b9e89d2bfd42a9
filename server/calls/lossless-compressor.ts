/** The lossless rules of prompts as the pipeline's compressor. The rules are loaded when the first text needs them. */
import type { ModelSettings } from '../../protocol/settings.ts';
import { loadOnce } from '../load-once.ts';
import type { Compressor } from '../pipeline/ports.ts';
import type { PromptText } from '../prompts/compression/prompt-text.ts';
import type { Rule } from '../prompts/compression/rule.ts';
import type { TokenMeasure } from '../tokens/token-measure.ts';

/** Counts as a model does, once its encoding is loaded. */
export type MeasureOf = (model: ModelSettings) => Promise<TokenMeasure>;

const loadRules = loadOnce(() =>
  Promise.all([
    import('../prompts/compression/apply.ts'),
    import('../prompts/compression/read-prompt-text.ts'),
    import('../prompts/compression/rules.ts'),
  ]),
);

/** Applies each lossless rule until none finds anything. A text that nothing applies to comes back as it is. */
export function createLosslessCompressor(measureOf: MeasureOf): Compressor {
  return {
    async compress(text, role, model, rulesOff) {
      if (rulesOff.includes('all')) return { text, applied: [] };
      const [[{ compress }, { readPromptText }, { RULES }], measure] = await Promise.all([
        loadRules(),
        measureOf(model),
      ]);
      const read = ([only = '']: readonly string[]): PromptText =>
        readPromptText({ passages: [{ text: only, role }] }, measure);
      const applied = new Set<string>();
      const lossless = RULES.filter(({ id, risk }) => risk === 'lossless' && !rulesOff.includes(id)).map(
        (rule) => noting(rule, applied),
      );
      const [short = text] = compress(read([text]), lossless, read);
      return { text: short, applied: short === text ? [] : [...applied] };
    },
  };
}

/** The rule, which notes its title where it has something to change. */
const noting = (rule: Rule, applied: Set<string>): Rule => ({
  ...rule,
  *find(prompt) {
    for (const finding of rule.find(prompt)) {
      if (finding.edits.length > 0) applied.add(rule.title);
      yield finding;
    }
  },
});
