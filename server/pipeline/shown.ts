import type { ReplyPart } from './ports.ts';
import type { ReplyEvent } from './stage.ts';

/** True for what a reader sees of an answer: once there is any, no other request may take this one's place. */
export const isShown = (event: ReplyEvent): event is ReplyPart =>
  event.type === 'text' ||
  event.type === 'reasoning' ||
  event.type === 'refusal' ||
  event.type === 'toolCall';
