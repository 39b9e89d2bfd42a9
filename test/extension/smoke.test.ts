/** The least that must hold inside a real VS Code: Farthing is there and starts. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { extensions } from 'vscode';

export function smoke(): void {
  suite('Farthing in VS Code', () => {
    test('is installed under its id', () => {
      assert.notEqual(extensions.getExtension('farthing.farthing'), undefined);
    });

    test('activates', async () => {
      const extension = extensions.getExtension('farthing.farthing');
      await extension?.activate();
      assert.equal(extension?.isActive, true);
    });
  });
}
