/** The questions about a budget, with a person who answers what is scripted and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownValue } from '../../../client/text/budget-choices.ts';
import {
  addBudget,
  type BudgetDraft,
  type BudgetWorld,
  editBudget,
} from '../../../client/text/budget-setup.ts';
import { BACK, CANCELLED, type Dialogs, type Question } from '../../../client/text/dialogs.ts';
import type { Choice } from '../../../client/text/provider-choices.ts';
import { type Budget, parseBudget } from '../../../protocol/budgets.ts';
import { aBudget } from '../budgets.ts';
import { english } from './english.ts';

/** A label to choose, labels, a text to type, Enter on what stands there, or a way out. */
type Deed = string | readonly string[] | { readonly enter: true } | typeof BACK | typeof CANCELLED;
const ENTER = { enter: true } as const;
const isEnter = (deed: unknown): boolean => deed === ENTER;

function person(...deeds: readonly Deed[]) {
  const left = [...deeds];
  const asked: string[] = [];
  const offered: string[][] = [];
  const typed: string[] = [];
  const next = ({ step, steps, placeholder, canGoBack }: Question): Deed => {
    asked.push(`${step}/${steps} ${placeholder}`);
    const deed = left.shift();
    if (deed === undefined) throw new Error(`a question that nobody expected: ${asked.at(-1)}`);
    assert.ok(deed !== BACK || canGoBack, 'there is no way back from the first question');
    return deed;
  };
  const pick = <Value>(choices: readonly Choice<Value>[], label: unknown): Value => {
    const lines = choices.flatMap((choice) => ('heading' in choice ? [] : [choice]));
    const found = isEnter(label) ? lines[0] : lines.find((choice) => choice.label === label);
    if (found === undefined) throw new Error(`"${String(label)}" was not offered`);
    return found.value;
  };
  const labels = <Value>(choices: readonly Choice<Value>[]) =>
    choices.map((choice) => ('heading' in choice ? `# ${choice.heading}` : choice.label));
  const dialogs: Dialogs = {
    choose: async (question, choices) => {
      const deed = next(question);
      offered.push(labels(choices));
      return deed === BACK || deed === CANCELLED ? deed : pick(choices, deed);
    },
    chooseMany: async (question, choices) => {
      const deed = next(question);
      offered.push(labels(choices));
      if (deed === BACK || deed === CANCELLED) return deed;
      if (deed === ENTER)
        return choices.flatMap((one) => ('heading' in one || one.picked !== true ? [] : one.value));
      if (!Array.isArray(deed)) throw new Error('several were asked for');
      return deed.map((label) => pick(choices, label));
    },
    type: async (question) => {
      const deed = next(question);
      if (deed === BACK || deed === CANCELLED) return deed;
      const text = deed === ENTER ? question.value : String(deed);
      typed.push(text);
      const problem = question.check(text);
      assert.notEqual(problem?.severity, 'error', problem?.message);
      return text;
    },
    wait: () => Promise.reject(new Error('nothing to wait for')),
  };
  const known: readonly KnownValue[] = [
    { value: 'gpt-5', from: 'OpenAI' },
    { value: 'gpt-5-mini', from: 'OpenAI' },
  ];
  const world: BudgetWorld = {
    l10n: english,
    dialogs,
    timeZone: 'Europe/Berlin',
    taken: ['Taken'],
    newId: () => 'new-id',
    knownValues: async () => known,
    worstCall: async (model) => ({
      model: model ?? 'gpt-5-mini',
      nano: 32_900_000,
      tokens: 16_390,
      outputTokens: 16_384,
    }),
  };
  return { world, asked, offered, typed, assertDone: () => assert.deepEqual(left, []) };
}

async function add(someone: ReturnType<typeof person>, start?: BudgetDraft): Promise<Budget | BudgetDraft> {
  const answer = await addBudget(someone.world, start);
  someone.assertDone();
  if ('left' in answer) return answer.left;
  assert.deepEqual(parseBudget(answer.budget), answer.budget, 'the daemon takes it');
  return answer.budget;
}
async function edit(someone: ReturnType<typeof person>, budget: Budget): Promise<Budget | null> {
  const edited = await editBudget(someone.world, budget);
  someone.assertDone();
  return edited;
}
const PARTS_OF_A_DAY = ['Money', 'Everything', '$5.00', 'A day', 'Refuse the call'];

test('a budget for everything: what, whom, how much, in which time, what then, when to tell, and its name', async () => {
  const someone = person(...PARTS_OF_A_DAY, ENTER, ENTER);
  assert.deepEqual(await add(someone), {
    id: 'new-id',
    name: 'Day, everything',
    scope: 'everything',
    value: null,
    unit: 'money',
    limit: 5_000_000_000,
    window: 'day',
    timeZone: 'Europe/Berlin',
    action: 'refuse',
    thresholds: [50, 75, 90, 100],
    paused: false,
  });
  assert.deepEqual(someone.asked, [
    '1/7 What is limited?',
    '2/7 Which calls does it count?',
    '3/7 $5.00',
    '4/7 In which time? Days begin as in Europe/Berlin.',
    '5/7 What happens to a call that does not fit any more?',
    '6/7 When are you told?',
    '7/7 Day, everything',
  ]);
});

test('a name that is taken already gets the limit added', async () => {
  const someone = person(...PARTS_OF_A_DAY, ENTER, ENTER);
  const world = { ...someone.world, taken: ['Day, everything'] };
  const answer = await addBudget(world);
  assert.equal('budget' in answer && answer.budget.name, 'Day, everything, $5.00');
});

test('the limit of one model is measured by a call of that model', async () => {
  const someone = person('Money', 'A model', 'gpt-5', '0.01', 'A day', 'Refuse the call', ENTER, ENTER);
  const asked: (string | null)[] = [];
  const world: BudgetWorld = {
    ...someone.world,
    worstCall: async (model) => {
      asked.push(model);
      return null;
    },
  };
  await addBudget(world);
  assert.deepEqual(asked, ['gpt-5']);
});

test('a rate limit for each model has no thresholds to choose', async () => {
  const someone = person(
    'Requests',
    'A model',
    'Each model by itself',
    '60',
    'A minute',
    'Refuse the call',
    'Calm',
  );
  const budget = await add(someone);
  assert.deepEqual(
    { ...budget, id: '' },
    {
      ...aBudget({ scope: 'model', unit: 'requests', limit: 60, window: 'minute', thresholds: [] }),
      id: '',
      name: 'Calm',
      timeZone: 'Europe/Berlin',
    },
  );
});

test('known values are offered, and another can be typed and is offered when one comes back', async () => {
  const chosen = await add(person('Tokens', 'A model', 'gpt-5', '50k', 'A week', 'Warn', ENTER, ENTER));
  assert.deepEqual([chosen.value, chosen.limit, chosen.name], ['gpt-5', 50_000, 'Week, gpt-5, tokens']);
  const someone = person(
    'Tokens',
    'A tag',
    'Type a name…',
    ' nightly ',
    BACK,
    BACK,
    'nightly',
    '2M',
    'A day',
    'Warn',
    ENTER,
    ENTER,
  );
  const typed = await add(someone);
  assert.deepEqual([typed.value, typed.limit], ['nightly', 2_000_000]);
});

test('going back keeps what was answered; another unit asks for another limit', async () => {
  const back = person('Money', 'Everything', '7', BACK, ENTER, 'A day', 'Warn', ENTER, ENTER);
  const budget = await add(back);
  assert.equal(budget.limit, 7_000_000_000);
  assert.deepEqual(back.typed.slice(0, 2), ['7', '7.00']);
  const other = person(
    'Money',
    'Everything',
    '7',
    BACK,
    BACK,
    BACK,
    'Requests',
    ENTER,
    '9',
    'A day',
    'Warn',
    ENTER,
    ENTER,
  );
  assert.equal((await add(other)).limit, 9);
  assert.deepEqual(other.typed.slice(0, 2), ['7', '9']);
});

test('Escape changes nothing, and what was answered is there the next time', async () => {
  const left = await add(person(...PARTS_OF_A_DAY, CANCELLED));
  assert.ok('typesValue' in left);
  const again = person(ENTER, ENTER, ENTER, ENTER, ENTER, ENTER, ENTER);
  const budget = await add(again, left);
  assert.deepEqual([budget.limit, budget.window, budget.action], [5_000_000_000, 'day', 'refuse']);
});

test('no notification can be chosen, too', async () => {
  const budget = await add(person(...PARTS_OF_A_DAY, ['No notification'], ENTER));
  assert.deepEqual(budget.thresholds, []);
});

test('one part is edited by one question, and a name that only describes follows', async () => {
  const budget = aBudget({ name: 'Day, everything' });
  const someone = person('Limit', '0.0012345');
  assert.deepEqual(await edit(someone, budget), {
    ...budget,
    limit: 1_234_500,
    name: 'Day, everything',
  });
  assert.deepEqual(someone.asked, ['1/2 What is to be changed?', '2/2 $5.00']);
  const named = await edit(person('Window', 'A month'), aBudget({ name: 'Mine' }));
  assert.deepEqual([named?.name, named?.window], ['Mine', 'month']);
});

test('a limit is typed again to its last digit', async () => {
  const someone = person('Limit', ENTER);
  assert.equal((await edit(someone, aBudget({ limit: 1_234_567_891 })))?.limit, 1_234_567_891);
  assert.deepEqual(someone.typed, ['1.234567891']);
});

test('what depends on an edited part is asked with it', async () => {
  const tokens = await edit(person('What is limited', 'Tokens', '900'), aBudget());
  assert.deepEqual([tokens?.unit, tokens?.limit], ['tokens', 900]);
  const model = await edit(person('For', 'A model', 'gpt-5'), aBudget());
  assert.deepEqual([model?.scope, model?.value], ['model', 'gpt-5']);
  const everything = await edit(person('For', 'Everything'), aBudget({ scope: 'tag', value: 'a' }));
  assert.deepEqual([everything?.scope, everything?.value], ['everything', null]);
  const minute = aBudget({ window: 'minute', thresholds: [] });
  assert.deepEqual((await edit(person('Window', 'A day', ENTER), minute))?.thresholds, [50, 75, 90, 100]);
});

test('back leads to the list of parts, and Escape changes nothing', async () => {
  const renamed = await edit(person('Limit', BACK, 'Name', 'Night'), aBudget());
  assert.deepEqual([renamed?.name, renamed?.limit], ['Night', aBudget().limit]);
  assert.equal(await edit(person('Limit', CANCELLED), aBudget()), null);
  assert.equal(await edit(person(CANCELLED), aBudget()), null);
});
