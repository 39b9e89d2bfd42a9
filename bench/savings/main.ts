/** npm run bench:savings [-- --calls 500 --repeats 30 ...]: what a developer's day costs with Farthing and without. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SwitchableStage } from '../../protocol/switchable-stages.ts';
import { createPriceBook } from '../../server/prices/price-book.ts';
import { createTokenCounter } from '../../server/tokens/counter.ts';
import { createRandom } from '../../test/support/random.ts';
import { createCounting } from './counting.ts';
import { makeDay, type Task } from './day.ts';
import { type Options, readOptions } from './options.ts';
import { printPremises } from './premises.ts';
import { readData, type Size } from './questions.ts';
import { type Outcome, replay, type Stand, type Way } from './replay.ts';
import { percent, pointsLost, printKinds, printRows, type Row, savedShare } from './table.ts';

/** What can be switched off, in the order of the pipeline. */
const LEVERS: readonly SwitchableStage[] = [
  'exactCache',
  'fitHistory',
  'fitContext',
  'compress',
  'boundOutput',
  'arrangePrefix',
  'route',
  'cascade',
];

const TARGET = { saved: 0.8, pointsLost: 1 };
const THRIFTY_CONTEXT = 4000;
const RELEVANCE = 0.1;
/** Of the tier that the labelled weak model of MMLU has by `server/routing/belief.ts`. */
const MIDDLE_MODEL = 'gpt-5-mini';

const EVERYTHING = 'everything on';
const DIRECT = 'direct to the frontier model';

/** As if it were known before: the dear model only where it is right and the cheap one is not. */
const byLabels = ({ question: { right, answers } }: Task): Size =>
  right.has(answers.frontier) && !right.has(answers.small) ? 'frontier' : 'small';

/** Every line of the table. */
const WAYS: readonly (readonly [name: string, way: Way | null])[] = [
  [DIRECT, { kind: 'direct', size: () => 'frontier' }],
  ['direct to the small model', { kind: 'direct', size: () => 'small' }],
  ['direct, by the labels (nobody can)', { kind: 'direct', size: byLabels }],
  [EVERYTHING, { kind: 'pipeline', off: [] }],
  ['one lever off', null],
  ...LEVERS.map((lever) => [`  without ${lever}`, { kind: 'pipeline', off: [lever] }] as const),
  ['one lever alone', null],
  ...LEVERS.map(
    (lever) =>
      [`  only ${lever}`, { kind: 'pipeline', off: LEVERS.filter((other) => other !== lever) }] as const,
  ),
  ['everything on, other settings', null],
  ...['frugal', 'best'].map(
    (preference) =>
      [
        `  preference ${preference}`,
        { kind: 'pipeline', off: [], settings: { routing: { preference } } },
      ] as const,
  ),
  [
    `  at most ${THRIFTY_CONTEXT} tokens of context`,
    { kind: 'pipeline', off: [], settings: { context: { tokens: THRIFTY_CONTEXT } } },
  ],
  [
    `  context of ${RELEVANCE} of the highest relevance`,
    { kind: 'pipeline', off: [], settings: { context: { relevance: RELEVANCE } } },
  ],
  [`  ${MIDDLE_MODEL} for the small one`, { kind: 'pipeline', off: [], small: MIDDLE_MODEL }],
];

const options = optionsOr((message) => {
  console.error(message);
  process.exit(2);
});
if (!existsSync(new URL('../../../shared/data', import.meta.url))) {
  console.error('The public data is not in ../shared/data, and this benchmark is made of it. Put it there.');
  process.exit(2);
}
const begun = performance.now();
const random = createRandom(options.seed);
const data = readData(random);
const day = makeDay(data, options, random);
const counters = [createTokenCounter(), createTokenCounter()] as const;
const folder = mkdtempSync(path.join(os.tmpdir(), 'farthing-savings-'));
try {
  const stand: Stand = {
    day,
    prices: await createPriceBook(),
    counter: counters[0],
    counting: createCounting(counters[1]),
    folder,
  };
  printPremises(options, day, data);
  const rows: Row[] = [];
  for (const [name, way] of WAYS)
    rows.push({ name, outcome: way === null ? null : await replay(way, `${rows.length}`, stand) });
  const of = (name: string) => rows.find((row) => row.name === name)?.outcome as Outcome;
  const [direct, everything] = [of(DIRECT), of(EVERYTHING)];
  printRows(rows, direct);
  console.log('\nRight answers by the kind of call:');
  printKinds([
    ['direct', direct],
    [EVERYTHING, everything],
  ]);
  const [saved, lost] = [savedShare(everything, direct), pointsLost(everything, direct)];
  const isMet = saved >= TARGET.saved && lost <= TARGET.pointsLost;
  console.log(
    `\nTarget: ${percent(TARGET.saved)} saved at ${TARGET.pointsLost} point of right answers lost. It is ${percent(saved)} saved at ${lost.toFixed(1)} points lost: ${isMet ? 'met' : 'MISSED'}.`,
  );
  console.log(`The whole took ${Math.round((performance.now() - begun) / 1000)} s.`);
} finally {
  for (const counter of counters) await counter.dispose();
  rmSync(folder, { recursive: true });
}

/** What the command line says, or what `refuse` makes of it. */
function optionsOr(refuse: (message: string) => never): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
