/** What the tests of formats compare: a file's name and text in, what was read out. */
import assert from 'node:assert/strict';
import { loadFormat, type PromptDocument, parsePrompt } from '../../../../server/prompts/prompt-document.ts';

// Programs are read once their grammars are there.
for (const name of ['a.ts', 'a.py'])
  await loadFormat({ uri: `file:///work/${name}`, text: 'chat({ prompt: "a" })' });

/** Reads a file of the workspace, and holds that its offsets are right. */
export function read(name: string, text: string, languageId = ''): PromptDocument {
  const document = parsePrompt({ uri: `file:///work/${name}`, text, languageId });
  checkOffsets(document);
  return document;
}

/** The messages as "role|content". */
export const said = ({ messages }: PromptDocument): readonly string[] =>
  messages.map(({ role, content }) => `${role}|${content}`);

/** What of each part is no text. */
export const fixed = ({ parts, text }: PromptDocument): readonly (readonly string[])[] =>
  parts.map((part) => part.fixed.map(({ start, end }) => text.slice(start, end)));

/** The sections but for the messages, as "kind|title|line". */
export const outline = ({ sections }: PromptDocument): readonly string[] =>
  sections.filter(({ kind }) => kind !== 'role').map(({ kind, title, line }) => `${kind}|${title}|${line}`);

/** Holds what every format promises of places in the file. */
export function checkOffsets(document: PromptDocument): void {
  const { text, messages, parts, sections, links, templateTags, bodyOffset, body, bodyLine } = document;
  assert.equal(text.slice(bodyOffset), body);
  assert.ok(bodyLine <= (text.match(/\r\n|\r|\n/g) ?? []).length);
  assert.equal(parts.length, messages.length);
  for (const [index, { role, start, end, fixed, read: readPart }] of parts.entries()) {
    assert.ok(start < end && end <= text.length, 'a part is in the file and not empty');
    assert.equal(readPart(text.slice(start, end)), messages[index]?.content);
    assert.equal(role, messages[index]?.role);
    let at = start;
    for (const span of fixed) {
      assert.ok(span.start >= at && span.end > span.start && span.end <= end, 'fixed spans are in order');
      at = span.end;
    }
  }
  assert.deepEqual(
    sections.filter(({ kind }) => kind === 'role').map(({ start, end, part }) => ({ start, end, part })),
    parts.map(({ start, end }, part) => ({ start, end, part })),
  );
  for (const { start, end, part, line } of sections) {
    const within = parts[part];
    assert.ok(within !== undefined && start >= within.start && end <= within.end && start <= end);
    assert.ok(line <= text.slice(0, end).split(/\r\n|\r|\n/).length - 1);
  }
  for (const { start, end } of [...links, ...templateTags]) {
    assert.ok(start < end && parts.some((part) => start >= part.start && end <= part.end));
  }
}
