/** Which stages of the pipeline can be left out, and what that means. */
import { oneOf } from './read-value.ts';

/** Steps of the pipeline that a user or a prompt file may leave out, with what that means. */
export const SWITCHABLE_STAGES = {
  attribute: 'Note the prompt file, user, workspace, branch and tags of each call in the ledger.',
  exactCache: 'Answer a request that was answered before from the cache, for nothing; keep new answers.',
  singleFlight: 'Let identical calls under way share one answer.',
  fitHistory:
    'Put a summary in place of the oldest turns of a conversation that is longer than farthing.history.tokens.',
  fitContext:
    'Leave out of marked context what repeats and, beyond farthing.context.tokens, what is least relevant.',
  compress:
    'Write marked context shorter, and prompts that have compress: true, without a change of what the model reads.',
  boundOutput: 'Limit the output of a prompt by what its past runs had; ask for the rest where that cuts it.',
  arrangePrefix:
    "Let the provider's prefix cache keep what is the same in each call; warn of what spoils it.",
  route: 'Choose the model of a call that names none; without it the most capable one answers.',
  cascade: 'Check answers; ask a more capable model where one does not pass and no model was named.',
  fallback: "Try a provider's other endpoints, then farthing.fallback.chain, where one fails.",
  retry: 'Send again after a fault of the network or the provider; pause an endpoint that keeps failing.',
} as const satisfies Record<string, string>;
export type SwitchableStage = keyof typeof SWITCHABLE_STAGES;

/** The stage of this name. Throws where there is none, or where it cannot be left out. */
export const switchableStage = oneOf(Object.keys(SWITCHABLE_STAGES) as SwitchableStage[]);
