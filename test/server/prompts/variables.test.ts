/** Variables: which there are, what they are filled with, and what is left alone. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: VS Code's variables look like JavaScript's templates.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { parsePrompt } from '../../../server/prompts/prompt-document.ts';
import {
  type Fillings,
  fillPrompt,
  fillPromptForPreview,
  fillPromptWithBlanks,
  listVariables,
} from '../../../server/prompts/variables.ts';

const parse = (text: string) => parsePrompt({ uri: 'file:///a.prompt.md', text });
const written = (text: string) =>
  listVariables(parse(text)).map(({ kind, name, placeholder }) =>
    [kind, name, ...(placeholder === null ? [] : [placeholder])].join(' '),
  );

/** The variables of `text`, written "kind name placeholder". */
function check(sentence: string, text: string, variables: readonly string[]) {
  test(sentence, () => assert.deepEqual(written(text), variables));
}

/** `text` filled is one user message with this content. */
function checkFilled(sentence: string, text: string, fillings: Fillings, content: string) {
  test(sentence, () => assert.deepEqual(fillPrompt(parse(text), fillings), [{ role: 'user', content }]));
}

/** Filling `text` is refused with a sentence that contains `part`. */
function checkRefused(sentence: string, text: string, fillings: Fillings, code: ErrorCode, part: string) {
  test(sentence, () => {
    assert.throws(
      () => fillPrompt(parse(text), fillings),
      (error: Error & { code?: string }) => error.code === code && error.message.includes(part),
    );
  });
}

describe('variables of a prompt', () => {
  check('are listed once, in the order of their first occurrence', '{{b}} {{a}} {{ b }}', [
    'template b',
    'template a',
  ]);
  check('have letters of any language, digits and _ . -', '{{größe_1.a-b}} {{2nd}} {{_x}}', [
    'template größe_1.a-b',
    'template 2nd',
    'template _x',
  ]);
  check('are not those with other characters', '{{a b}} {{a\n}} {{-a}} {{.}} {{}} {{a}', []);
  check('are read in every message', 'system:\n{{a}}\nuser:\n{{b}}', ['template a', 'template b']);
  check('are read in code fences', '```\n{{a}}\n```', ['template a']);
  check('are not read in the front matter', '---\ndescription: "{{a}}"\n---\n{{b}}', ['template b']);
  check("include VS Code's inputs with their placeholder", '${input:topic} ${input:part:which part?}', [
    'input topic',
    'input part which part?',
  ]);
  check('take the first placeholder that is given', '${input:a} ${input:a:one} ${input:a:two}', [
    'input a one',
  ]);
  check('have no blank names', '${input: } ${input:}', []);
  check(
    "include VS Code's own",
    '${file} ${fileBasename} ${fileDirname} ${fileBasenameNoExtension} ${selection} ${selectedText} ' +
      '${workspaceFolder} ${workspaceFolderBasename}',
    [
      'context file',
      'context fileBasename',
      'context fileDirname',
      'context fileBasenameNoExtension',
      'context selection',
      'context selectedText',
      'context workspaceFolder',
      'context workspaceFolderBasename',
    ],
  );
  check('are one where two ways of writing share a name', '${input:a:why} {{a}}', ['input a why']);
  check("are two where one is VS Code's own", '{{file}} ${file}', ['template file', 'context file']);
  check(
    'are not the blocks of Handlebars',
    '{{#if a}} {{else}} {{/if}} {{> part}} {{{raw}}} {{role "system"}} {{!note}} {{@index}}',
    [],
  );
  check('may stand inside a block', '{{#if a}}{{b}}{{/if}}', ['template b']);
  check('may stand before the brace of an object', '{"n": {{n}}}', ['template n']);
  check('are not the expressions of GitHub Actions', '${{ matrix.os }} ${{secret}}', []);
  check('are not those of a shell or JavaScript', '${HOME} ${x:-y} ${files} ${env:PATH} ${user.name}', []);
  check('are not those behind a backslash', String.raw`\{{a}} \${input:a} \${file}`, []);
});

describe('a filled prompt', () => {
  checkRefused(
    'is none where a client sends null for a value',
    'Say {{a}}.',
    { values: { a: null as unknown as string } },
    'missingVariables',
    '{{a}}',
  );
  test('has nothing in the place of such a value in a preview', () => {
    const values = { a: null as unknown as string, b: 'hi' };
    const { messages } = fillPromptWithBlanks(parse('Say {{a}}{{b}}.'), { values });
    assert.deepEqual(messages, [{ role: 'user', content: 'Say hi.' }]);
  });
  checkFilled(
    'has its values',
    'Say {{a}} in ${input:b:c}.',
    { values: { a: 'hi', b: 'German' } },
    'Say hi in German.',
  );
  checkFilled('has its context', 'See ${file}.', { context: { file: 'a.ts' } }, 'See a.ts.');
  checkFilled(
    'takes a value where the editor gives no context',
    'See ${file}.',
    { values: { file: 'b.ts' } },
    'See b.ts.',
  );
  checkFilled(
    'does not fill what a value looks like',
    '{{a}}{{b}}',
    { values: { a: '{{b}}${file}', b: '$& $1' } },
    '{{b}}${file}$& $1',
  );
  checkFilled('keeps blank lines that a value brings', '{{a}}', { values: { a: '\n\nx\n' } }, '\n\nx\n');
  checkFilled('may have an empty value', 'a{{b}}c', { values: { b: '' } }, 'ac');
  checkFilled(
    'leaves out messages that are blank',
    'system:\n{{a}}\nuser:\nHi',
    { values: { a: ' ' } },
    'Hi',
  );
  checkFilled(
    'keeps what is escaped as it is',
    String.raw`\{{a}} {{b}}`,
    { values: { b: '1' } },
    String.raw`\{{a}} 1`,
  );

  checkRefused(
    'is refused without its values, which are named as written',
    '{{ language }} ${input:topic:which} ${selection} {{known}}',
    { values: { known: 'yes' } },
    'missingVariables',
    'a value for {{language}}, ${input:topic}, ${selection}.',
  );
  checkRefused(
    'does not take what every object has',
    '{{constructor}}',
    {},
    'missingVariables',
    '{{constructor}}',
  );
  checkRefused('is refused when it is empty', '---\nname: a\n---\n\n', {}, 'emptyPrompt', 'is empty');
  checkRefused(
    'is refused when its values leave it empty',
    '{{a}}',
    { values: { a: '' } },
    'emptyPrompt',
    '',
  );
  checkRefused(
    'is refused with a bad front matter',
    '---\na: b: c\n---\n{{x}}',
    {},
    'badFrontMatter',
    'line 2',
  );
});

describe('a preview', () => {
  test('leaves unknown variables as they are written and lists them', () => {
    const preview = fillPromptForPreview(parse('{{ a }} {{b}} ${file}'), { values: { b: '1' } });
    assert.deepEqual(preview, {
      messages: [{ role: 'user', content: '{{ a }} 1 ${file}' }],
      missing: [
        { name: 'a', kind: 'template', placeholder: null },
        { name: 'file', kind: 'context', placeholder: null },
      ],
    });
  });

  test('counts the body of a prompt that must not run', () => {
    const preview = fillPromptForPreview(parse('---\na: b: c\n---\nHello'), {});
    assert.deepEqual(preview.messages, [{ role: 'user', content: 'Hello' }]);
  });

  test('of an empty prompt has no messages', () => {
    assert.deepEqual(fillPromptForPreview(parse(''), {}), { messages: [], missing: [] });
  });
});

describe('for any prompt', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{{a}}',
      '{{ b }}',
      '${input:c}',
      '${input:c:d}',
      '${file}',
      '{',
      '}',
      '$',
      '\\',
      '{{',
      '}}',
    ),
    fc.constantFrom('\n', 'user:\n', '```\n', '#if', '${', 'else', 'input:', ':'),
    fc.string(),
  );
  const prompt = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
  const filled = (text: string, value: string) => {
    const document = parse(text);
    const values = Object.fromEntries(listVariables(document).map(({ name }) => [name, value] as const));
    return { document, preview: fillPromptForPreview(document, { values }) };
  };

  test('all values leave no variable', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        // With its braces the value makes no variable of the text around it, such as "${input:{{a}}}".
        const { preview } = filled(text, '{«»}');
        assert.deepEqual(preview.missing, []);
        assert.deepEqual(listVariables(preview), []);
      }),
    );
  });

  test('text outside variables stays byte for byte', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('x', ' ', 'é', '#', '😀') })), (texts) => {
        const { preview } = filled(`<${texts.join('{{a}}')}>`, '«»');
        assert.equal(preview.messages[0]?.content, `<${texts.join('«»')}>`);
      }),
    );
    fc.assert(
      fc.property(prompt, (text) => {
        const document = parse(text);
        const unfilled = fillPromptForPreview(document, {}).messages;
        assert.deepEqual(unfilled, document.messages);
      }),
    );
  });

  test('listing again gives the same list', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        const document = parse(text);
        const variables = listVariables(document);
        assert.deepEqual(listVariables(document), variables);
        assert.equal(new Set(variables.map(({ kind, name }) => `${kind} ${name}`)).size, variables.length);
      }),
    );
  });
});
