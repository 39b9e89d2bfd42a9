/** The ways to say which model answers, as a list to choose from. */
import { isAutoName, type Preference } from '../../protocol/routing.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { L10n } from './l10n.ts';

/** One line of the list. */
export interface ModelChoice {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  /** Value for `farthing.model`. */
  readonly model: string;
  /** Value for `farthing.routing.preference`; null leaves it. */
  readonly preference: Preference | null;
  /** True for what applies now. */
  readonly current: boolean;
}

/** Three ways in which Farthing chooses, then every configured model. */
export function modelChoices(
  { providers, model, preference }: Pick<Settings, 'providers' | 'model' | 'preference'>,
  l10n: L10n,
): readonly ModelChoice[] {
  const isAuto = isAutoName(model);
  const chosen = (label: string, value: Preference, detail: string): ModelChoice => ({
    label,
    description: l10n.t('chosen for each call'),
    detail,
    model: 'auto',
    preference: value,
    current: isAuto && preference === value,
  });
  const all = providers.flatMap((provider) =>
    provider.models.map(({ id }) => ({ provider: provider.name, id })),
  );
  const names = (name: string, { provider, id }: (typeof all)[number]) =>
    name === id || name === `${provider}/${id}`;
  const named = all.find((one) => (model.trim() === '' ? one === all[0] : names(model.trim(), one)));
  return [
    chosen(
      l10n.t('Frugal'),
      'frugal',
      l10n.t('The cheapest model that is more likely to do than not; its answer is checked.'),
    ),
    chosen(
      l10n.t('Balanced'),
      'balanced',
      l10n.t('The cheapest model that will probably do; where that is uncertain, one tier up.'),
    ),
    chosen(l10n.t('Best'), 'best', l10n.t('Only models that very probably do.')),
    ...all.map(
      (one): ModelChoice => ({
        label: one.id,
        description: l10n.t('{0}, always', one.provider),
        model: `${one.provider}/${one.id}`,
        preference: null,
        current: !isAuto && one === named,
      }),
    ),
  ];
}
