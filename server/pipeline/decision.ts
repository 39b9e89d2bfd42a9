/** What a stage says of itself in a reply. */
import type { ReplyEvent } from './stage.ts';

/** Makes the decisions of `stage`: one word for what it did, and one sentence that says why. */
export const decisionOf =
  (stage: string) =>
  (action: string, why: string): ReplyEvent => ({ type: 'decision', decision: { stage, action, why } });
