/** What can be said to `npm run bench:savings -- --calls 500 --repeats 30`. */
import { parseArgs } from 'node:util';

/** What of the day is set by numbers, with what each means. All are printed above the table. */
export const OPTIONS = {
  calls: { default: 2000, what: 'calls of the day' },
  hours: { default: 8, what: 'hours that they are spread over, at random' },
  seed: { default: 1, what: 'seed of all chance' },
  repeats: { default: 15, what: '% exact repeats of one of the last 200 calls' },
  rephrasings: { default: 10, what: '% the same in other words, which is another request' },
  conversations: { default: 15, what: '% turns of conversations that grow, with all that was said before' },
  context: { default: 15, what: '% questions on attached context, marked as such' },
  promptFiles: { default: 25, what: '% runs of three prompt files; what is left are single questions' },
  noticed: { default: 10, what: '% of wrong answers that the user notices and undoes' },
  kept: { default: 10, what: '% of right answers that the user keeps' },
} as const;

/** The day in numbers. */
export type Options = { readonly [Name in keyof typeof OPTIONS]: number };

/** Names are written as on every command line: `--prompt-files`. Throws where one is unknown or is no number. */
export function readOptions(argv: readonly string[]): Options {
  const names = Object.keys(OPTIONS) as (keyof Options)[];
  const flags = Object.fromEntries(names.map((name) => [dashed(name), { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...argv], options: flags });
  const read = (name: keyof Options): number => {
    const given = values[dashed(name)];
    const value = given === undefined ? OPTIONS[name].default : Number(given);
    if (!Number.isFinite(value) || value < 0)
      throw new Error(`--${dashed(name)} is not a number from 0 on. Write it as --${dashed(name)} 10.`);
    return value;
  };
  const options = Object.fromEntries(names.map((name) => [name, read(name)])) as Options;
  const { repeats, rephrasings, conversations, context, promptFiles } = options;
  if (repeats + rephrasings + conversations + context + promptFiles > 100)
    throw new Error('The shares of the day are more than 100 % together. Lower one of them.');
  return options;
}

/** "prompt-files" of "promptFiles". */
export const dashed = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
