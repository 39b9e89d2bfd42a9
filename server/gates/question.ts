/** What was asked, as far as gates look at it. */
import type { Message } from '../../protocol/messages.ts';
import type { Call } from '../pipeline/stage.ts';
import { outsideOfContext } from '../prompts/context-blocks.ts';
import { isContinuationRequest } from '../prompts/continuation.ts';
import { isComplaintMessage } from './complaint-message.ts';

/** The last thing that the user asked, without the context around it; "" where there is none. */
export const questionOf = ({ messages }: Call): string =>
  messages
    .filter((message) => message.role === 'user' && !isOurs(message))
    .map(({ content }) => outsideOfContext(content))
    .findLast((content) => content.trim() !== '') ?? '';

/** What Farthing asks for by itself. */
const isOurs = (message: Message): boolean =>
  isComplaintMessage(message) || isContinuationRequest(message.content);

/** What the model had said before it was asked to go on; "" where it was not. */
export const beginningOf = ({ messages }: Call): string => {
  const [beginning, request] = messages.slice(-2);
  const goesOn = beginning?.role === 'assistant' && isContinuationRequest(request?.content ?? '');
  return goesOn ? beginning.content : '';
};

/** Everything that the model was shown. */
export const shownTo = ({ messages }: Call): string => messages.map(({ content }) => content).join('\n');
