import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readBranch } from '../../../server/git/branch.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Writes files below a folder; folders are made as needed. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

test('the branch is that of the repository, from any folder in it', (context) => {
  const folder = temporaryFolder(context);
  write(folder, { '.git/HEAD': 'ref: refs/heads/feature/never-twice\n', 'src/deep/file.ts': '' });
  assert.equal(readBranch(folder), 'feature/never-twice');
  assert.equal(readBranch(path.join(folder, 'src/deep')), 'feature/never-twice');
});

test('a worktree and a submodule have the branch that their ".git" file leads to', (context) => {
  const folder = temporaryFolder(context);
  write(folder, {
    'repository/.git/worktrees/other/HEAD': 'ref: refs/heads/other\n',
    'tree/.git': 'gitdir: ../repository/.git/worktrees/other\n',
  });
  assert.equal(readBranch(path.join(folder, 'tree')), 'other');
});

for (const [what, head] of [
  ['a commit is checked out', '4b825dc642cb6eb9a060e54bf8d69288fbee4904\n'],
  ['HEAD says nothing that can be read', '\u0000\u0001'],
  ['HEAD is empty', ''],
] as const)
  test(`there is no branch where ${what}`, (context) => {
    const folder = temporaryFolder(context);
    write(folder, { '.git/HEAD': head });
    assert.equal(readBranch(folder), null);
  });

test('there is no branch in a folder that is not there', (context) => {
  assert.equal(readBranch(path.join(temporaryFolder(context), 'gone')), null);
});
