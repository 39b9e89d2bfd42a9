/** --prefer: what to weigh more in choosing a model. */
import { isAutoName, PREFERENCES, type Preference } from '../../protocol/routing.ts';
import { UsageError } from './terminal.ts';

/** Null leaves it to the prompt and the settings. */
export function preferenceOf({
  prefer,
  model,
}: {
  readonly prefer?: string | undefined;
  readonly model?: string | undefined;
}): Preference | null {
  if (prefer === undefined) return null;
  const preference = PREFERENCES.find((one) => one === prefer);
  if (preference === undefined) throw new UsageError(`--prefer takes one of ${PREFERENCES.join(', ')}.`);
  if (model !== undefined && !isAutoName(model))
    throw new UsageError('--prefer is for choosing a model: leave out --model, or give --model auto.');
  return preference;
}
