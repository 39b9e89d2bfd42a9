/** What links write twice, and what only tells a site where a reader came from. */
import { change, type Found, inPassages } from '../in-passages.ts';
import type { Passage } from '../prompt-text.ts';
import type { Rule } from '../rule.ts';
import { withoutTracking } from '../tracking.ts';

const LINK = /(!?)\[([^\][\n]{1,500})\]\((https?:[^\s()<>]{1,1000})(?:[ \t]+"([^"\n]{1,300})")?\)/g;
const ADDRESS = /https?:\/\/[^\s<>"'`)\]}{]{1,1000}/g;

export const linkNoise: Rule = {
  id: 'link-noise',
  title: 'Noise in links',
  what: 'Writes a link whose text is its address as the address alone, drops a title that repeats the text, and cuts tracking parameters such as utm_source.',
  risk: 'low',
  keeps: 'once',
  examples: [
    {
      before: 'Read [https://example.com/guide](https://example.com/guide) first.',
      after: 'Read https://example.com/guide first.',
    },
    {
      before: 'Read [the guide](https://example.com/guide "the guide") first.',
      after: 'Read [the guide](https://example.com/guide) first.',
    },
    {
      before: 'Read https://example.com/guide?utm_source=mail&utm_medium=letter first.',
      after: 'Read https://example.com/guide first.',
    },
  ],
  leaves: [
    'Read [the guide](https://example.com/guide "Chapters one and two").',
    'Read `https://example.com/?utm_source=mail`.',
    'Read https://example.com/list?page=2.',
  ],
  find: (prompt) => inPassages(prompt, findIn),
};

function* findIn(passage: Passage): Generator<Found> {
  const { text } = passage;
  for (const found of text.matchAll(LINK)) {
    const [written, image, label = '', address = '', title] = found;
    const start = found.index;
    const end = start + written.length;
    if (isInCode(passage, start, end)) continue;
    if (image === '' && title === undefined && label.replace(/\/$/, '') === address.replace(/\/$/, '')) {
      yield change(start, end, address, "The link's text is its address.");
    } else if (title?.trim() === label.trim()) {
      const from = start + written.lastIndexOf(address) + address.length;
      yield change(from, end - 1, '', "The link's title repeats its text.");
    }
  }
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(/[.,;:!?]+$/, '');
    const short = withoutTracking(address);
    const end = found.index + address.length;
    if (short === address || isInCode(passage, found.index, end)) continue;
    yield change(found.index, end, short, 'Tracking parameters tell the model nothing.');
  }
}

function isInCode(passage: Passage, start: number, end: number): boolean {
  return (
    passage.keeps(start, end) &&
    passage.kept.some((one) => one.kind === 'code' && one.start < end && one.end > start)
  );
}
