/** The rules' documentation, made of the rules themselves. */
import { RISKS, type Risk } from '../../../protocol/compression.ts';
import type { Example, Rule } from './rule.ts';

const RISK_TITLES: Readonly<Record<Risk, string>> = {
  lossless: 'Lossless: the model reads the same',
  low: 'Low: only the wording changes',
  review: 'Review: the meaning may shift, so a person decides',
};

/** Markdown with a heading for each rule, whose anchor is the rule's id. */
export function rulesDocument(rules: readonly Rule[]): string {
  const sections = RISKS.flatMap((risk) => {
    const own = rules.filter((rule) => rule.risk === risk);
    return own.length === 0 ? [] : [`## ${RISK_TITLES[risk]}`, ...own.map(ruleSection)];
  });
  return `${[HEAD, ...sections].join('\n\n')}\n`;
}

const HEAD = `# Compression rules

<!-- Written by "node scripts/rules-document.ts" from server/prompts/compression/rules. -->

What Farthing suggests to write shorter in a prompt. Variables and template tags, code, quoted text, identifiers, numbers
and units, negations, names and front matter are never changed. Every suggestion is counted with the model's own tokens,
and what saves none is not shown. Switch a rule off by its name with the setting \`farthing.compression.rules\`, or for one
file in its front matter or in a comment: \`<!-- farthing-rules-off: blank-lines -->\`.`;

function ruleSection({ id, title, what, examples, leaves }: Rule): string {
  const parts = [`### ${id}`, `**${title}.** ${what}`, ...examples.map(exampleText)];
  const [left] = leaves;
  if (left !== undefined) parts.push(`Left alone:\n\n${fenced(left)}`);
  return parts.join('\n\n');
}

function exampleText({ before, after }: Example): string {
  if (after === null) return `Pointed out:\n\n${fenced(before)}`;
  return `Before:\n\n${fenced(before)}\n\nAfter:\n\n${fenced(after)}`;
}

/** As code, with a fence that is longer than any in it, and with what cannot be seen spelled out. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const shown = shortened(text)
    .replaceAll('\r', '␍')
    .replaceAll('\t', '⇥')
    .replace(/ +(?=\n|$)/g, (spaces) => '·'.repeat(spaces.length))
    .replace(
      /[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]/g,
      (hidden) => `⟨U+${hexOf(hidden)}⟩`,
    );
  return `${fence}text\n${shown}\n${fence}`;
}

/** So much of an example is shown: lines, and characters of a line. Some rules are about long prompts only. */
const MOST_LINES = 16;
const LONGEST_LINE = 400;

function shortened(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}… (and so on)` : line));
  const more = lines.length - MOST_LINES;
  return more <= 0 ? lines.join('\n') : [...lines.slice(0, MOST_LINES), `… (${more} more lines)`].join('\n');
}

const hexOf = (character: string): string =>
  character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
