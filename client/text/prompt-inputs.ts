/** Asks for all values of a prompt, one by one with a way back, and shows them together before the run. */
import { type Answer, BACK, CANCELLED, type Dialogs } from './dialogs.ts';
import type { L10n } from './l10n.ts';

/** A value to ask for. */
export interface PromptInput {
  readonly name: string;
  /** What to type; "" where the prompt does not say. */
  readonly placeholder: string;
  /** What was given last time. */
  readonly value: string;
}

/** What this needs of whoever shows it. */
export interface InputsWorld {
  readonly dialogs: Pick<Dialogs, 'choose' | 'type'>;
  readonly l10n: L10n;
  /** What was typed, with the line breaks of what was pasted. */
  readonly meant: (typed: string) => Promise<string>;
}

/** The longest beginning of a value that is shown in the list of all. */
const SHOWN_CHARACTERS = 80;

/** The values by name; null where the user pressed Escape. Without inputs nothing is asked. */
export async function askInputs(
  title: string,
  inputs: readonly PromptInput[],
  { dialogs, l10n, meant }: InputsWorld,
): Promise<Readonly<Record<string, string>> | null> {
  const values = new Map(inputs.map(({ name, value }) => [name, value]));
  const steps = inputs.length + 1;

  const type = (step: number): Promise<Answer<string>> => {
    const { name, placeholder } = inputs[step] ?? { name: '', placeholder: '' };
    return dialogs.type({
      title,
      placeholder,
      step: step + 1,
      steps,
      canGoBack: step > 0,
      prompt: l10n.t('Value for {0}', name),
      value: values.get(name) ?? '',
      secret: false,
      page: null,
      check: () => null,
    });
  };

  let step = 0;
  while (inputs.length > 0) {
    const isLast = step === inputs.length;
    const answer = isLast ? await review() : await type(step);
    if (answer === CANCELLED) return null;
    if (answer === BACK) step = Math.max(0, step - 1);
    else if (answer === RUN) break;
    else if (typeof answer === 'number') step = answer;
    else {
      const name = inputs[step]?.name ?? '';
      values.set(name, answer === values.get(name) ? answer : await meant(answer));
      step += 1;
    }
  }
  return Object.fromEntries(values);

  /** All values in one place: run, or change one of them. */
  function review(): Promise<Answer<typeof RUN | number>> {
    return dialogs.choose<typeof RUN | number>(
      {
        title,
        placeholder: l10n.t('Run with these values, or choose one to change it'),
        step: steps,
        steps,
        canGoBack: true,
      },
      [
        { label: l10n.t('Run'), icon: 'play', value: RUN },
        { heading: l10n.t('Values') },
        ...inputs.map(({ name }, index) => ({
          label: name,
          description: beginningOf(values.get(name) ?? ''),
          icon: 'edit',
          value: index,
        })),
      ],
    );
  }
}

/** The last question was answered with "run". */
const RUN: unique symbol = Symbol('run');

function beginningOf(value: string): string {
  const line = value
    .slice(0, 4 * SHOWN_CHARACTERS)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > SHOWN_CHARACTERS
    ? `${characters.slice(0, SHOWN_CHARACTERS - 1).join('')}…`
    : line;
}
