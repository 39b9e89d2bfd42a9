/** Run with Inputs: every value is asked for, with a way back, and all are seen before the run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACK, CANCELLED, type Dialogs } from '../../../client/text/dialogs.ts';
import { askInputs, type PromptInput } from '../../../client/text/prompt-inputs.ts';
import { english } from './english.ts';

const INPUTS: readonly PromptInput[] = [
  { name: 'text', placeholder: '', value: 'Hello' },
  { name: 'language', placeholder: 'a language', value: 'German' },
];

/** What a person does: types, chooses a label, goes back or gives up. */
type Deed = { readonly type: string } | { readonly choose: string } | typeof BACK | typeof CANCELLED;

async function ask(inputs: readonly PromptInput[], deeds: readonly Deed[]) {
  const left = [...deeds];
  const asked: string[] = [];
  const next = (question: string): Deed => {
    asked.push(question);
    const deed = left.shift();
    if (deed === undefined) throw new Error(`nobody answers: ${question}`);
    return deed;
  };
  const dialogs: Pick<Dialogs, 'choose' | 'type'> = {
    type: async ({ prompt, value, step, steps, canGoBack }) => {
      const deed = next(`${step}/${steps} ${prompt} [${value}]${canGoBack ? ' back' : ''}`);
      if (deed === BACK || deed === CANCELLED) return deed;
      return 'type' in deed ? deed.type : assert.fail('a text is typed');
    },
    choose: async ({ step, steps }, choices) => {
      const shown = choices.flatMap((one) =>
        'heading' in one ? [] : [`${one.label}${one.description === undefined ? '' : `=${one.description}`}`],
      );
      const deed = next(`${step}/${steps} ${shown.join(', ')}`);
      if (deed === BACK || deed === CANCELLED) return deed;
      const found = choices.find((one) => 'label' in one && 'choose' in deed && one.label === deed.choose);
      return found !== undefined && 'value' in found ? found.value : assert.fail('it is offered');
    },
  };
  const values = await askInputs('translate', inputs, {
    dialogs,
    l10n: english,
    meant: async (typed) => typed.replaceAll(' / ', '\n'),
  });
  assert.deepEqual(left, []);
  return { values, asked };
}

test('every value is asked for with the last one as its default, then all are shown', async () => {
  const { values, asked } = await ask(INPUTS, [{ type: 'Hello' }, { type: 'French' }, { choose: 'Run' }]);
  assert.deepEqual(values, { text: 'Hello', language: 'French' });
  assert.deepEqual(asked, [
    '1/3 Value for text [Hello]',
    '2/3 Value for language [German] back',
    '3/3 Run, text=Hello, language=French',
  ]);
});

test('back goes to the question before, which has what was typed', async () => {
  const { values, asked } = await ask(INPUTS, [
    { type: 'Bye' },
    BACK,
    { type: 'Ciao' },
    { type: 'Latin' },
    BACK,
    { type: 'Greek' },
    { choose: 'Run' },
  ]);
  assert.deepEqual(values, { text: 'Ciao', language: 'Greek' });
  assert.equal(asked[2], '1/3 Value for text [Bye]');
});

test('a value is changed from the list of all', async () => {
  const { values } = await ask(INPUTS, [
    { type: 'Hello' },
    { type: 'German' },
    { choose: 'text' },
    { type: 'Bye' },
    { type: 'German' },
    { choose: 'Run' },
  ]);
  assert.deepEqual(values, { text: 'Bye', language: 'German' });
});

test('Escape anywhere runs nothing', async () => {
  assert.equal((await ask(INPUTS, [CANCELLED])).values, null);
  assert.equal((await ask(INPUTS, [{ type: 'a' }, { type: 'b' }, CANCELLED])).values, null);
});

test('a prompt without variables asks nothing', async () => {
  assert.deepEqual(await ask([], []), { values: {}, asked: [] });
});

test('a remembered value keeps its line breaks, and a pasted one gets its own', async () => {
  const inputs = [{ name: 'a', placeholder: '', value: 'x / y' }];
  assert.deepEqual((await ask(inputs, [{ type: 'x / y' }, { choose: 'Run' }])).values, { a: 'x / y' });
  assert.deepEqual((await ask(inputs, [{ type: 'p / q' }, { choose: 'Run' }])).values, { a: 'p\nq' });
});
