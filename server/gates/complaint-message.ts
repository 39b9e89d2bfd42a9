/** What the next model is told of an answer that did not pass. */
import type { Message } from '../../protocol/messages.ts';
import type { Complaint } from './gate.ts';

/** More would have the next model mend the old answer instead of finding its own. */
const MOST_COMPLAINTS = 3;

const BEGINNING = 'A first answer was rejected: ';
const END = ' Answer the request above afresh.';

/** The message to put after those of the call: neither the question nor the rejected answer is in it again. */
export function complaintMessage(complaints: readonly Complaint[]): Message {
  const why = complaints.slice(0, MOST_COMPLAINTS).map((complaint) => complaint.why);
  return { role: 'user', content: `${BEGINNING}${why.join(' ')}${END}` };
}

/** True for a message that `complaintMessage` made: it asks nothing of its own. */
export const isComplaintMessage = ({ role, content }: Message): boolean =>
  role === 'user' && content.startsWith(BEGINNING) && content.endsWith(END);
