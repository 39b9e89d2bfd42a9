import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptName } from '../../client/prompt-documents.ts';

test("a prompt's name is its file's, without folders and endings", () => {
  const cases = {
    '/home/ada/review.prompt.md': 'review',
    '/home/ada/Review Notes.PROMPT.MD': 'Review Notes',
    '/home/ada/notes.md': 'notes',
    '/home/ada/greet.prompty': 'greet',
    '/home/ada/greet.prompt': 'greet',
    '/home/ada/greet.prompt.yml': 'greet',
    'Untitled-1': 'Untitled-1',
    '/.prompt.md': '.prompt.md',
    '': 'prompt',
  };
  for (const [path, name] of Object.entries(cases)) assert.equal(promptName(path), name, path);
});
