/** What a comparison of the configured models says. */
import type { NanoDollars } from './money.ts';
import type { Preview } from './receipt.ts';

/** A model of a provider by their names: ids may look like "provider/model" themselves. */
export interface NamedRoute {
  readonly provider: string;
  readonly model: string;
}

/** What a model charges for a million tokens; null where the price is unknown. */
export interface ModelPrice {
  readonly input: NanoDollars | null;
  readonly cachedInput: NanoDollars | null;
  readonly output: NanoDollars | null;
  /** Tokens of its context window; null where it is not known. */
  readonly contextTokens: number | null;
  /** See `Cost.priceVersion`. */
  readonly priceVersion: string | null;
}

/** A prompt with one model. */
export interface ModelComparison extends NamedRoute {
  readonly simulated: boolean;
  /** Sent to this model straight, neither cached nor routed; null with a `problem`. */
  readonly preview: Preview | null;
  readonly problem: string | null;
  readonly price: ModelPrice;
  /** Whether input and expected output are within its context window; null where one of them is not known. */
  readonly fits: boolean | null;
  /** Null where the price is unknown. */
  readonly thousandRunsNano: NanoDollars | null;
}

/** A prompt with all of them. */
export interface ComparedModels {
  /** The cheapest first; those of unknown price last. */
  readonly models: readonly ModelComparison[];
  /** The model that a run would use now; null where the prompt cannot be run as it stands. */
  readonly own: NamedRoute | null;
  /** Configured models beyond those that are compared. */
  readonly leftOut: number;
}

export const isSameRoute = (one: NamedRoute | null | undefined, other: NamedRoute | null | undefined) =>
  one?.provider === other?.provider && one?.model === other?.model;
