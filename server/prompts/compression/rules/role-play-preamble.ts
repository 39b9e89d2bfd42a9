/** Preambles about a role: what they claim of the role changes little in the answer. */
import type { Rule } from '../rule.ts';
import { phraseRule } from './wording/phrase-rule.ts';
import { type Phrase, setOf } from './wording/phrase-table.ts';

const ARTICLES = setOf('a an the');
const PRAISE = setOf('a an as and expert professional');

const PHRASES: readonly Phrase[] = [
  { from: 'imagine you are', to: 'you are', at: 'start', before: ARTICLES },
  { from: 'imagine that you are', to: 'you are', at: 'start', before: ARTICLES },
  { from: "imagine you're", to: 'you are', at: 'start', before: ARTICLES },
  { from: 'pretend you are', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'pretend that you are', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'pretend to be', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'assume the role of', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'take on the role of', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'i want you to assume the role of', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'from now on you are', to: 'you are', at: 'start', before: ARTICLES },
  { from: 'from now on you will act as', to: 'act as', at: 'start' },
  { from: 'act as if you are', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'act as if you were', to: 'act as', at: 'start', before: ARTICLES },
  { from: 'act as though you are', to: 'act as', at: 'start', before: ARTICLES },
  {
    from: 'highly/extremely/very skilled/experienced/qualified/knowledgeable/intelligent',
    to: '',
    after: PRAISE,
  },
  { from: 'world-class', to: '', after: PRAISE },
  { from: 'top-tier', to: '', after: PRAISE },
  { from: 'world-renowned', to: '', after: PRAISE },
  { from: 'seasoned', to: '', after: PRAISE },
  { from: 'renowned', to: '', after: PRAISE },
  {
    from: 'highly',
    to: '',
    before: setOf('skilled experienced knowledgeable qualified accomplished respected'),
    after: setOf('a an are and'),
  },
  { from: 'elite', to: '', after: PRAISE },
  { from: 'top-notch', to: '', after: PRAISE },
  { from: 'award-winning', to: '', after: PRAISE },
  { from: 'with a keen eye for detail and', to: 'with', before: setOf('a an deep extensive years') },
];

export const rolePlayPreamble: Rule = phraseRule({
  id: 'role-play-preamble',
  title: 'Role-play preambles',
  what: 'Shortens preambles such as "Imagine you are a world-class …": the role counts, the praise of it hardly does. Try it on your own cases first.',
  risk: 'review',
  phrases: PHRASES,
  allows({ words }, { phrase, first }) {
    const opening = `${words[0]?.lower} ${words[1]?.lower}`;
    if (phrase.at === 'start') return true;
    // Praise counts only of the role, which is what the sentence begins with.
    const isRole = phrase.from.startsWith('with ') || first < 10;
    return (
      isRole && (opening === 'you are' || opening === 'act as' || opening === 'i want' || opening === 'as a')
    );
  },
  message: (from, to) =>
    to === ''
      ? `Try it without “${from}”: the role is clear from what follows.`
      : `Write “${to}” in place of “${from}”.`,
  examples: [
    {
      before: 'Imagine you are a tax adviser for small firms.',
      after: 'You are a tax adviser for small firms.',
    },
    { before: 'You are a world-class editor of novels.', after: 'You are an editor of novels.' },
  ],
  leaves: [
    'Imagine a house by the sea.',
    'Describe a world-class museum.',
    'Read the text and you will find the error.',
  ],
});
