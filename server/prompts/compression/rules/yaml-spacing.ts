/** YAML with as little indentation as its structure needs. */
import { contentOf, editsAt, ownBlocks, variablesIn } from '../data/places.ts';
import { tightYaml } from '../data/yaml-layout.ts';
import type { Rule } from '../rule.ts';

/** YAML is read while somebody types, and slowly: beyond this many UTF-16 units of it in a prompt the rest is left alone. */
const MOST_CHARACTERS = 8_000;

export const yamlSpacing: Rule = {
  id: 'yaml-spacing',
  title: 'YAML spacing',
  what: 'Indents YAML in data by two columns at the most and leaves out blank lines and needless spaces. Comments, texts of several lines and every value stay as they are written.',
  risk: 'lossless',
  keeps: 'value',
  examples: [
    {
      before:
        '```yaml\nserver:\n        host:    localhost\n        ports:\n                -   80\n                -   443\n\n\nclient:\n        retries: 3\n```',
      after: '```yaml\nserver:\n host: localhost\n ports:\n  - 80\n  - 443\nclient:\n retries: 3\n```',
    },
  ],
  leaves: [
    '```yaml\na: 1\nb: 2\n```',
    '```yaml\ntext: |\n\n    four  spaces\n\n    and a blank line\n```',
    '```yaml\na: [1\n```',
  ],
  *find(prompt) {
    const isYaml = ({ kind, language }: { readonly kind: string; readonly language: string }) =>
      kind === 'data' && (language === 'yaml' || language === 'yml');
    let left = MOST_CHARACTERS;
    for (const { passage, index, block } of ownBlocks(prompt, isYaml)) {
      const span = contentOf(passage.text, block);
      const variables = variablesIn(passage, span);
      if (variables === null || span.end - span.start > left) continue;
      left -= span.end - span.start;
      const best = tightYaml(passage.text.slice(span.start, span.end), variables, (text) =>
        prompt.tokens(text),
      );
      if (best === null) continue;
      const message = 'Tighten this YAML: its structure needs less indentation and no blank lines.';
      yield { passage: index, ...span, edits: editsAt(index, span.start, best), message };
    }
  },
};
