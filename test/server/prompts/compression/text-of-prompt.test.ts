import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits } from '../../../../server/prompts/compression/apply.ts';
import { RULES } from '../../../../server/prompts/compression/rules.ts';
import { suggest } from '../../../../server/prompts/compression/suggest.ts';
import {
  fileEdits,
  type PromptFileText,
  textOfPrompt,
} from '../../../../server/prompts/compression/text-of-prompt.ts';
import { parsePrompt } from '../../../../server/prompts/prompt-document.ts';
import { measure } from './prompts.ts';

const promptFile = (text: string) => parsePrompt({ uri: 'file:///a.prompt.md', text });

/** A string literal of a program, whose escapes are no text of the message. */
function literal(text: string, start: number, end: number): PromptFileText {
  const written = text.slice(start, end);
  const fixed = Array.from(written.matchAll(/\\./g), ({ index }) => ({
    start: start + index,
    end: start + index + 2,
  }));
  const read = (stretch: string) => stretch.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1');
  return {
    text,
    use: 'embedded',
    format: 'javascript',
    templateTags: [],
    parts: [{ role: 'user', start, end, fixed, read }],
  };
}

describe('A prompt file for the rules', () => {
  it('has a passage for each message, and the files that it includes behind them', () => {
    const document = promptFile('---\nmodel: a\n---\nsystem:\nBe brief.\n\nuser:\nHello.\n');
    const { passages } = textOfPrompt(document, measure, { included: [{ path: 'b.md', text: 'More.' }] });
    assert.deepEqual(
      passages.map(({ role, text, includedFrom }) => [role, text, includedFrom]),
      [
        ['system', 'Be brief.', null],
        ['user', 'Hello.', null],
        ['user', 'More.', 'b.md'],
      ],
    );
  });
  it('has its edits at their places in the file, and the front matter as it was', () => {
    const text = '---\nmodel:   a   \n---\nWrite   this    down.\n';
    const document = promptFile(text);
    const edits = suggest(textOfPrompt(document, measure), { rules: RULES }).suggestions.flatMap(
      ({ finding }) => fileEdits(document, finding.edits) ?? [],
    );
    assert.equal(applyEdits(text, edits), '---\nmodel:   a   \n---\nWrite this down.\n');
  });
  it('takes no edit of an included file', () => {
    const document = promptFile('Hello.');
    assert.equal(fileEdits(document, [{ passage: 1, start: 0, end: 1, replacement: '' }]), null);
  });
});

describe('A prompt with line ends that are not sent as they are written', () => {
  it('saves what is sent less', () => {
    const text = 'One.   \r\n\r\nTwo   words.   \r\n\r\n\r\n\r\nThree.';
    const sent = (written: string) => written.replace(/\r\n?/g, '\n');
    const part = { role: 'user', start: 0, end: text.length, fixed: [], read: sent } as const;
    const prompt = textOfPrompt(
      { text, use: 'embedded', format: 'javascript', templateTags: [], parts: [part] },
      measure,
    );
    const { suggestions } = suggest(prompt, { rules: RULES });
    assert.ok(suggestions.length > 0);
    for (const { finding, saved } of suggestions)
      assert.equal(
        saved,
        measure.tokens(sent(text)) - measure.tokens(sent(applyEdits(text, finding.edits))),
        finding.message,
      );
  });
});

describe('A prompt in YAML', () => {
  it('takes edits between words of a folded text, however long it is', () => {
    const line = '      Please   list the towns.\n';
    const text = `messages:\n  - role: user\n    content: >\n${line.repeat(400)}`;
    const folded = parsePrompt({ uri: 'file:///a.prompt.yml', text });
    const { suggestions } = suggest(textOfPrompt(folded, measure), { rules: RULES });
    const edits = suggestions.map(({ finding }) => fileEdits(folded, finding.edits));
    assert.ok(edits.length >= 400);
    assert.ok(!edits.includes(null));
  });
  it('takes none that makes another text of what follows', () => {
    const text = 'messages:\n  - role: user\n    content: >\n      One\n      and two.\n';
    const folded = parsePrompt({ uri: 'file:///a.prompt.yml', text });
    const start = folded.parts[0]?.start ?? 0;
    const at = text.indexOf('and') - start;
    // The line would begin with a space, which keeps its line end.
    assert.equal(fileEdits(folded, [{ passage: 0, start: at, end: at + 3, replacement: '' }]), null);
  });
  it('is read around each edit alone', () => {
    const text = `ask({ content: 'Go  on. ${'Stay here. '.repeat(1000)}' })`;
    const long = literal(text, text.indexOf('Go'), text.length - 4);
    const [part] = long.parts;
    assert.ok(part !== undefined);
    let units = 0;
    const read = (stretch: string) => {
      units += stretch.length;
      return part.read(stretch);
    };
    const watched = { ...long, parts: [{ ...part, read }] };
    assert.ok(fileEdits(watched, [{ passage: 0, start: 2, end: 4, replacement: ' ' }]) !== null);
    assert.ok(units < 2000, `${units} units were read`);
  });
});

describe('A prompt in a program', () => {
  const source = "ask({ content: 'Say  this.\\nThen stop.' })";
  const document = literal(source, source.indexOf('Say'), source.indexOf("' })"));

  it('takes edits between its escapes', () => {
    const edits = fileEdits(document, [{ passage: 0, start: 3, end: 5, replacement: ' ' }]);
    assert.ok(edits !== null);
    assert.equal(applyEdits(source, edits), "ask({ content: 'Say this.\\nThen stop.' })");
  });
  it('takes none that touches an escape', () => {
    assert.equal(fileEdits(document, [{ passage: 0, start: 9, end: 12, replacement: ' ' }]), null);
  });
  for (const replacement of ["it's", '"', '\n', '\\', '\u0024{x}', '`']) {
    it(`takes none that would have to be escaped: ${JSON.stringify(replacement)}`, () => {
      assert.equal(fileEdits(document, [{ passage: 0, start: 3, end: 5, replacement }]), null);
    });
  }
  it('is counted as it is sent', () => {
    const prompt = textOfPrompt(document, measure);
    const saved = prompt.saved(0, [{ start: 3, end: 5, replacement: ' ' }]);
    assert.equal(saved, measure.tokens('Say  this.\nThen stop.') - measure.tokens('Say this.\nThen stop.'));
  });
});
