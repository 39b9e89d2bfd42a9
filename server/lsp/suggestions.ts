/** What the compression rules suggest for a connection's open prompts. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextRange } from '../../protocol/compression.ts';
import type { TextEdit } from '../prompts/compression/prompt-text.ts';
import { rulesOffIn } from '../prompts/compression/rules-off.ts';
import type { Suggestion } from '../prompts/compression/suggest.ts';
import type { PromptDocument } from '../prompts/prompt-document.ts';
import type { CountedPrompt, Counts } from './counts.ts';
import { filesOf } from './included-files.ts';
import { loadRules } from './late-modules.ts';
import { type PrefixWaste, prefixWaste } from './prefix-waste.ts';
import { rangeOf } from './ranges.ts';
import type { DaemonServices } from './services.ts';
import type { Session } from './session.ts';

/** A suggestion with its place in the file. */
export interface PlacedSuggestion extends Suggestion {
  readonly range: TextRange;
  /** In offsets of the file; empty for what is only pointed out. */
  readonly edits: readonly TextEdit[];
  /** Of a move that makes nothing shorter; left out for all others. */
  readonly waste?: PrefixWaste;
}

/** All suggestions for one version of a prompt, in the order of their places. */
export interface PromptSuggestions {
  readonly counted: CountedPrompt;
  readonly suggestions: readonly PlacedSuggestion[];
  /** How many more there are. */
  readonly left: number;
  /** True for a prompt that is too long to be read for suggestions while somebody types. */
  readonly tooLong: boolean;
}

/** Suggestions of one connection's documents. */
export interface Suggestions {
  /** For the prompt as it is now; null where it is not open or no model is configured. */
  of(uri: string): Promise<PromptSuggestions | null>;
}

/** Longer prompts would hold up everybody who shares the daemon. In UTF-16 units. */
const MOST_ANALYSED = 512 * 1024;

/** Nothing is analysed until somebody asks, and each version once. */
export function createSuggestions(session: Session, daemon: DaemonServices, counts: Counts): Suggestions {
  const known = new WeakMap<
    TextDocument,
    { readonly key: string; readonly made: Promise<PromptSuggestions> }
  >();

  async function analyse(counted: CountedPrompt): Promise<PromptSuggestions> {
    const { document, prompt } = counted;
    if (prompt.text.length > MOST_ANALYSED) return { counted, suggestions: [], left: 0, tooLong: true };
    const { RULES, MOST_SUGGESTIONS, suggest, fileEdits, textOfPrompt } = await loadRules();
    const { settings } = session;
    const off = new Set([...settings.compressionRulesOff, ...rulesOffIn(prompt)]);
    const included = await filesOf(counted, session);
    const { maxTokens, expect, extra } = prompt.frontMatter;
    const text = textOfPrompt(prompt, counted.meter.measure, {
      maxTokens,
      contextTokens: settings.contextTokens,
      hasSchema: expect !== null || extra.has('output') || extra.has('responseFormat'),
      included: included.flatMap((file) =>
        file.text === null ? [] : [{ path: file.target, text: file.text }],
      ),
    });
    const { suggestions, left, failed } = suggest(text, {
      rules: off.has('all') ? [] : RULES,
      off,
      limit: MOST_SUGGESTIONS,
    });
    for (const rule of failed) daemon.log.error(`the compression rule ${rule} failed on a prompt`);
    return {
      counted,
      suggestions: suggestions.flatMap((one) =>
        placed(one, prompt, document, fileEdits).map((at) => withWaste(at, counted)),
      ),
      left,
      tooLong: false,
    };
  }

  const withWaste = (one: PlacedSuggestion, counted: CountedPrompt): PlacedSuggestion => {
    const { wastedTokens } = one.finding;
    if (wastedTokens === undefined) return one;
    return {
      ...one,
      waste: prefixWaste(wastedTokens, counted, session, daemon.prices, daemon.clock.now()),
    };
  };

  return {
    async of(uri) {
      const counted = await counts.of(uri);
      if (counted === null) return null;
      const { document, version, model } = counted;
      const { compressionRulesOff } = session.settings;
      const key = JSON.stringify([
        version,
        model.id,
        compressionRulesOff,
        session.settings.contextTokens,
        session.trusted,
      ]);
      const before = known.get(document);
      if (before?.key === key) return before.made;
      const made = analyse(counted);
      known.set(document, { key, made });
      return made;
    },
  };
}

/** None for a place in an included file, and for edits that the file's format does not take. */
function placed(
  one: Suggestion,
  prompt: PromptDocument,
  document: TextDocument,
  fileEdits: Awaited<ReturnType<typeof loadRules>>['fileEdits'],
): PlacedSuggestion[] {
  const { finding } = one;
  const part = prompt.parts[finding.passage];
  if (part === undefined) return [];
  const edits = fileEdits(prompt, finding.edits);
  if (edits === null) return [];
  return [{ ...one, edits, range: rangeOf(document, part.start + finding.start, part.start + finding.end) }];
}
