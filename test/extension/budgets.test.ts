/** Budgets: set up, edited, paused and deleted by the commands that a person runs, and kept by the daemon. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { answerModal, pick, recordErrors, recordMessages, recordWarnings } from './dialogs.ts';
import { type Scene, USAGE } from './scene.ts';
import { until } from './until.ts';
import { answerQuestions, type Deed } from './wizard.ts';

const REFUSES: readonly Deed[] = [{ choose: ['A day'] }, { choose: ['Refuse the call'] }];
const ALL_TOLD: Deed = { choose: ['50 %', '75 %', '90 %', '100 %'] };

const run = (command: string, argument?: unknown) =>
  vscode.commands.executeCommand(`farthing.${command}`, argument);

/** The names of all budgets where there are several, as a picker offers them; nothing is picked. */
async function names(): Promise<readonly string[]> {
  using picked = pick(null);
  await run('deleteBudget');
  return picked.offered.map(({ label }) => label);
}

async function add(...deeds: readonly Deed[]): Promise<readonly string[]> {
  using messages = recordMessages();
  using _ = answerQuestions(...deeds);
  await run('addBudget');
  return messages.shown.map(({ message }) => message);
}

const requests = (limit: string, name: string) =>
  add({ choose: ['Requests'] }, { choose: ['Everything'] }, { type: limit }, ...REFUSES, ALL_TOLD, {
    type: name,
  });

async function remove(label: string): Promise<void> {
  using _ = answerModal('Delete');
  using __ = pick(label);
  await run('deleteBudget');
}

export function budgets(scene: Scene): void {
  suite('Budgets', () => {
    const made = new Set<string>();
    teardown(async () => {
      for (const name of made) await remove(name);
      made.clear();
      await scene.endTest();
    });

    test('a budget is set up by questions, one after the other', async () => {
      made.add('Day, gpt-5-mini');
      using messages = recordMessages();
      using wizard = answerQuestions(
        { choose: ['Money'] },
        { choose: ['A model'] },
        { choose: ['gpt-5-mini'] },
        { type: '$5.00' },
        ...REFUSES,
        ALL_TOLD,
        { type: '' },
      );
      await run('addBudget');
      assert.deepEqual(
        messages.shown.map(({ message }) => message),
        ['Day, gpt-5-mini is set up.'],
      );
      assert.deepEqual([...new Set(wizard.shown.map(({ title }) => title))], ['Add Budget']);
      assert.ok(wizard.shown[2]?.labels.includes('Each model by itself'));
      assert.deepEqual(wizard.shown[6]?.picked, ['50 %', '75 %', '90 %', '100 %']);
    });

    test('Escape adds nothing, and the next time begins with what was answered', async () => {
      assert.deepEqual(
        await add({ choose: ['Requests'] }, { choose: ['Everything'] }, { type: '7' }, { escape: true }),
        [],
      );
      made.add('Day, everything, requests');
      using wizard = answerQuestions(
        { choose: ['Requests'] },
        { choose: ['Everything'] },
        { type: '7' },
        ...REFUSES,
        ALL_TOLD,
        { type: '' },
      );
      using messages = recordMessages();
      await run('addBudget');
      assert.equal(wizard.shown[0]?.labels[0], 'Requests');
      assert.equal(messages.shown[0]?.message, 'Day, everything, requests is set up.');
    });

    test('a call that does not fit is not sent, and leads to its budget; paused, it is sent', async () => {
      made.add('Two');
      const prompt = await scene.openPrompt(
        '---\nfarthing:\n  cache: bypass\n---\nSay it within a budget.\n',
      );
      const before = { text: 'Within.', usage: USAGE };
      scene.simulator.script(before);
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Within\./);
      // What the window holds already is counted from the ledger, so a limit of one is used up at once.
      await requests('1', 'Two');
      using errors = recordErrors();
      await scene.run(prompt);
      await until('the refusal', () => errors.shown.length > 0);
      assert.deepEqual(errors.shown[0]?.buttons, ['Show Budgets', 'Edit Budget…']);
      assert.match(errors.shown[0]?.message ?? '', /^The budget "Two" has no room for this call/);

      using _ = pick('Two');
      await run('pauseBudget');
      scene.simulator.script({ text: 'Paused.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Paused\./);
      await run('resumeBudget');
      await scene.run(prompt);
      await until('the second refusal', () => errors.shown.length > 1);
    });

    test('a threshold that is passed is told, with what can be done about it', async () => {
      made.add('Near');
      const prompt = await scene.openPrompt(
        '---\nfarthing:\n  cache: bypass\n---\nSay what passes a threshold.\n',
      );
      using warnings = recordWarnings();
      await add(
        { choose: ['Tokens'] },
        { choose: ['A prompt file'] },
        // Each by itself would tell of what the prompts of other tests have used, too.
        { choose: [path.basename(prompt.uri.path)] },
        { type: '1,000' },
        { choose: ['A day'] },
        { choose: ['Warn'] },
        ALL_TOLD,
        { type: 'Near' },
      );
      scene.simulator.script({ text: 'Near.', usage: USAGE });
      await scene.run(prompt);
      await scene.answerLike(prompt, /^Near\./);
      const shown = await until('the notification', () => warnings.shown[0]);
      assert.match(shown.message, /^Budget "Near" is at 110 %: 1,100 of 1,000 tokens today\.$/);
      assert.deepEqual(shown.buttons, ['Show Budgets', 'Edit…', 'Pause']);
      assert.equal(warnings.shown.length, 1);
    });

    test('one part is edited at a time, and a deletion is confirmed', async () => {
      await requests('9000', 'Nine thousand');
      await requests('8000', 'Eight thousand');
      made.add('Eight thousand');
      {
        using picked = pick('Nine thousand');
        using _ = answerQuestions({ choose: ['Name'] }, { type: 'Many' });
        await run('editBudget');
        assert.match(picked.offered[0]?.description ?? '', /% · .* of \d,000 requests today$/);
      }
      made.add('Many');
      assert.deepEqual((await names()).toSorted(), ['Eight thousand', 'Many']);
      {
        using _ = pick('Many');
        using asked = answerModal(undefined);
        await run('deleteBudget');
        assert.deepEqual(asked.buttons, ['Delete']);
      }
      assert.deepEqual((await names()).toSorted(), ['Eight thousand', 'Many']);
      await remove('Many');
      made.delete('Many');
      {
        using messages = recordMessages();
        await remove('Eight thousand');
        made.delete('Eight thousand');
        await run('editBudget');
        assert.deepEqual(
          messages.shown.map(({ message, buttons }) => [message, buttons]),
          [['There is no budget for this yet. Add one first.', ['Add Budget']]],
        );
      }
    });

    test('the view can be shown and refreshed', async () => {
      await run('showBudgets');
      await run('refreshBudgets');
    });
  });
}
