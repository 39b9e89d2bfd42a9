import type { ReplyPart } from './ports.ts';
import type { ReplyEvent } from './stage.ts';

/** True for what a reader sees of an answer: once there is any, no other request may take this one's place. */
export const isShown = (event: ReplyEvent): event is ReplyPart =>
  event.type === 'text' ||
  event.type === 'reasoning' ||
  event.type === 'refusal' ||
  event.type === 'toolCall';

/** The events of a reply without what was shown and then withdrawn: for whoever reads it when it has ended. */
export function settled(events: readonly ReplyEvent[]): readonly ReplyEvent[] {
  const last = events.findLastIndex(({ type }) => type === 'withdrawn');
  return events.filter((event, index) => index > last || !(isShown(event) || event.type === 'withdrawn'));
}
