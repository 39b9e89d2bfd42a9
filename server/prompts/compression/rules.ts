/** The compression rules, in their order: where two want the same place the earlier one has it; lossless ones first. */
import type { Rule } from './rule.ts';
import { base64Blobs } from './rules/base64-blobs.ts';
import { blankLines } from './rules/blank-lines.ts';
import { boldLabels } from './rules/bold-labels.ts';
import { contextIrrelevant } from './rules/context-irrelevant.ts';
import { contextOverBudget } from './rules/context-over-budget.ts';
import { contextRepeated } from './rules/context-repeated.ts';
import { contradictions } from './rules/contradictions.ts';
import { decorativeRules } from './rules/decorative-rules.ts';
import { doubledEmphasis } from './rules/doubled-emphasis.ts';
import { emojiRuns } from './rules/emoji-runs.ts';
import { emptyLeadIns } from './rules/empty-lead-ins.ts';
import { fewShotDuplicates } from './rules/few-shot-duplicates.ts';
import { fewShotTooLong } from './rules/few-shot-too-long.ts';
import { fewShotTooMany } from './rules/few-shot-too-many.ts';
import { fillerWords } from './rules/filler-words.ts';
import { firstRequest } from './rules/first-request.ts';
import { greetingsAndThanks } from './rules/greetings-and-thanks.ts';
import { headingEmoji } from './rules/heading-emoji.ts';
import { headingHashes } from './rules/heading-hashes.ts';
import { htmlComments } from './rules/html-comments.ts';
import { includedTwice } from './rules/included-twice.ts';
import { indirectInstructions } from './rules/indirect-instructions.ts';
import { innerSpaces } from './rules/inner-spaces.ts';
import { inputAnnouncements } from './rules/input-announcements.ts';
import { jsonColumns } from './rules/json-columns.ts';
import { linkNoise } from './rules/link-noise.ts';
import { longHashes } from './rules/long-hashes.ts';
import { lookAlikes } from './rules/look-alikes.ts';
import { minifiedJson } from './rules/minified-json.ts';
import { minifiedJsonToWrite } from './rules/minified-json-to-write.ts';
import { nearRepeatedSentences } from './rules/near-repeated-sentences.ts';
import { oddSpacing } from './rules/odd-spacing.ts';
import { outputBoundsMissing } from './rules/output-bounds-missing.ts';
import { politeness } from './rules/politeness.ts';
import { repeatedHeadings } from './rules/repeated-headings.ts';
import { repeatedInstructionPerItem } from './rules/repeated-instruction-per-item.ts';
import { repeatedLogLines } from './rules/repeated-log-lines.ts';
import { repeatedSentences } from './rules/repeated-sentences.ts';
import { restatedRole } from './rules/restated-role.ts';
import { rolePlayPreamble } from './rules/role-play-preamble.ts';
import { roleStatement } from './rules/role-statement.ts';
import { rulesBeforeHeadings } from './rules/rules-before-headings.ts';
import { spacedLetters } from './rules/spaced-letters.ts';
import { spacedNumbers } from './rules/spaced-numbers.ts';
import { tablePadding } from './rules/table-padding.ts';
import { throatClearing } from './rules/throat-clearing.ts';
import { trailingSpaces } from './rules/trailing-spaces.ts';
import { unaskedInstructions } from './rules/unasked-instructions.ts';
import { volatileBeforeStable } from './rules/volatile-before-stable.ts';
import { wordyPhrases } from './rules/wordy-phrases.ts';
import { yamlSpacing } from './rules/yaml-spacing.ts';

/** THE list. A rule is a file in `rules/` and a line here. */
export const RULES: readonly Rule[] = [
  // Lossless: the model reads the same.
  trailingSpaces,
  blankLines,
  innerSpaces,
  tablePadding,
  minifiedJson,
  yamlSpacing,
  oddSpacing,
  headingHashes,
  // Low: only the wording changes.
  lookAlikes,
  spacedLetters,
  repeatedLogLines,
  htmlComments,
  repeatedHeadings,
  decorativeRules,
  rulesBeforeHeadings,
  emojiRuns,
  linkNoise,
  contextRepeated,
  repeatedSentences,
  politeness,
  greetingsAndThanks,
  throatClearing,
  indirectInstructions,
  fillerWords,
  wordyPhrases,
  doubledEmphasis,
  roleStatement,
  emptyLeadIns,
  firstRequest,
  // Review: a person decides.
  restatedRole,
  rolePlayPreamble,
  inputAnnouncements,
  boldLabels,
  headingEmoji,
  unaskedInstructions,
  nearRepeatedSentences,
  repeatedInstructionPerItem,
  fewShotDuplicates,
  fewShotTooMany,
  fewShotTooLong,
  contradictions,
  minifiedJsonToWrite,
  jsonColumns,
  base64Blobs,
  longHashes,
  spacedNumbers,
  volatileBeforeStable,
  contextIrrelevant,
  contextOverBudget,
  includedTwice,
  outputBoundsMissing,
];
