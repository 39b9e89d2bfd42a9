/** Which model answers where nobody named one. */

/** How capable models are, from the least: on one's own machine, then from small to the best there are. */
export const TIERS = ['local', 'small', 'middle', 'frontier'] as const;
export type Tier = (typeof TIERS)[number];

/** What weighs more where a cheap model may not do: its price, or a good answer. */
export const PREFERENCES = ['frugal', 'balanced', 'best'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** What stands in the place of a model's name where Farthing is to choose one. */
export const AUTO = 'auto';

/** Whether a model's name stands for "choose one". */
export const isAutoName = (name: string): boolean => name.trim().toLowerCase() === AUTO;
