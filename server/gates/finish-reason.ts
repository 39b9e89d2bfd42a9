import type { Gate } from './gate.ts';

/** An answer that was cut, or held back by the provider, is not one. */
export const finishReason: Gate = {
  name: 'finish reason',
  weight: 'hard',
  check: ({ reason }) => {
    if (reason === 'length')
      return {
        gate: 'finish reason',
        why: 'It was cut at its limit of tokens before it was complete.',
      };
    if (reason === 'content_filter')
      return { gate: 'finish reason', why: "The provider's content filter ended it." };
    return null;
  },
};
