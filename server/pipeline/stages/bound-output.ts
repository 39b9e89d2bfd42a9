import { type FarthingError, toFarthingError } from '../../../protocol/errors.ts';
import { formatTokens } from '../../../protocol/receipt.ts';
import { continuation } from '../../prompts/continuation.ts';
import { lengthDirective, withInstruction } from '../length-directive.ts';
import { type OutputBound, outputBound, RUNS_FOR_BOUND, reachedBound } from '../output-bound.ts';
import type { LedgerReader } from '../ports.ts';
import { type FormatMemory, isFormatRefused, withFormatInPrompt } from '../response-formats.ts';
import { isShown } from '../shown.ts';
import type { Attempt, Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';

interface Dependencies {
  readonly ledger: Pick<LedgerReader, 'pastOutputTokens'>;
  readonly formats: FormatMemory;
}

/**
 * Keeps answers from being longer than they need to be. A job that ran often enough gets a limit of its own, well above
 * what its answers had; one that is cut there all the same is asked for the rest, or afresh where nothing was shown, so
 * that the reader sees one answer with one end. By setting, kinds of task get a sentence on their length. A form of the
 * answer that its endpoint does not take goes into the prompt. Never stops the chain; remembers in memory who refused a
 * form.
 */
export function boundOutput(dependencies: Dependencies): Stage {
  return {
    name: 'boundOutput',
    optional: true,
    switch: 'boundOutput',
    run: (call, next) => (call.cache.mode === 'only' ? next(call) : bounded(call, next, dependencies)),
  };
}

async function* bounded(call: Call, next: Next, { ledger, formats }: Dependencies): Reply {
  let asked = call;
  const directive = call.settings.outputDirective ? lengthDirective(call) : null;
  if (directive !== null) {
    asked = { ...asked, messages: withInstruction(asked.messages, directive) };
    yield decision(
      'directed',
      `A sentence was added, as for every task of the kind "${call.kind}": ${directive}`,
    );
  }
  if (isFormatRefused(call, formats)) {
    asked = withFormatInPrompt(asked);
    yield decision('reworded', 'The model does not take this form of the answer, so the prompt asks for it.');
  }
  const bound = boundOf(call, ledger);
  if (bound !== null) {
    asked = { ...asked, part: 'beginning', sampling: { ...asked.sampling, maxTokens: bound.tokens } };
    yield decision('bounded', reasonsOf(call, bound));
  }

  let leg = yield* send(asked, next);
  if (leg.error !== null && isAboutFormat(leg, asked)) {
    formats.refused(`${leg.attempt?.provider}/${leg.attempt?.model}`, asked.responseFormat?.type ?? 'text');
    asked = withFormatInPrompt(asked);
    yield decision('reworded', 'The model refused this form of the answer, so the prompt asks for it.');
    leg = yield* send(asked, next);
  }
  if (leg.error !== null) throw leg.error;
  if (bound !== null && isCut(leg, bound)) yield* goOn(asked, leg, bound, next);
  else if (leg.end !== null) yield leg.end;
}

/**
 * No limit where the caller gave one, nor for what cannot be continued: a tool call, or JSON whose form the rest alone
 * does not have. Where gates look at the answer they would find one that is cut wanting, and ask a dearer model; and what
 * is expected of an answer its rest alone cannot be held to.
 */
function boundOf(call: Call, ledger: Dependencies['ledger']): OutputBound | null {
  const { sampling, attribution, tools, responseFormat, expect, check, ladder, model, provider } = call;
  const isShaped = responseFormat !== null && responseFormat.type !== 'text';
  if (sampling.maxTokens !== undefined || attribution.job === null) return null;
  if (tools.length > 0 || isShaped || ladder.length > 0) return null;
  if (expect !== null || check !== undefined) return null;
  return outputBound(ledger.pastOutputTokens(attribution.job, model.id, provider.simulated, RUNS_FOR_BOUND));
}

/** One try, whose end is kept back. */
interface Leg {
  readonly end: Extract<ReplyEvent, { readonly type: 'end' }> | null;
  readonly error: FarthingError | null;
  readonly attempt: Attempt | null;
  readonly text: string;
  /** What was shown besides text. */
  readonly others: ReadonlySet<ReplyEvent['type']>;
}

async function* send(call: Call, next: Next): AsyncGenerator<ReplyEvent, Leg> {
  let end: Leg['end'] = null;
  let attempt: Attempt | null = null;
  let text = '';
  const others = new Set<ReplyEvent['type']>();
  try {
    for await (const event of next(call)) {
      if (event.type === 'end') {
        end = event;
        continue;
      }
      if (event.type === 'attempt') attempt = event.attempt;
      else if (event.type === 'text') text += event.text;
      else if (event.type === 'withdrawn') {
        text = '';
        others.clear();
      } else if (isShown(event)) others.add(event.type);
      yield event;
    }
  } catch (thrown) {
    return { end: null, error: toFarthingError(thrown), attempt, text, others };
  }
  return { end, error: null, attempt, text, others };
}

const isAboutFormat = ({ error, text, others }: Leg, { responseFormat }: Call): boolean =>
  error?.code === 'badRequest' &&
  responseFormat !== null &&
  text === '' &&
  others.size === 0 &&
  /response_format|json_schema|json_object/.test(error.message);

/** A provider may have a limit of its own, which would have cut the answer all the same. */
const isCut = ({ end, attempt, others }: Leg, bound: OutputBound): boolean =>
  end?.reason === 'length' &&
  attempt !== null &&
  !others.has('refusal') &&
  !others.has('toolCall') &&
  reachedBound(attempt.usage.outputTokens, bound);

/** The rest of an answer that was cut at the bound; all of it where no text had come yet. */
async function* goOn(call: Call, { text }: Leg, bound: OutputBound, next: Next): Reply {
  const { maxTokens: _, ...sampling } = call.sampling;
  const cut = `The answer reached the limit of ${formatTokens(bound.tokens)} tokens`;
  if (text === '') {
    yield decision(
      'restarted',
      `${cut} before it showed any text, so it was asked for again without a limit.`,
    );
    yield* next({ ...call, part: null, sampling });
    return;
  }
  yield { type: 'continued' };
  yield decision('continued', `${cut}, so the model was asked for the rest of it without a limit.`);
  yield* next({ ...call, part: 'rest', sampling, messages: [...call.messages, ...continuation(text)] });
}

const reasonsOf = ({ model }: Call, { tokens, percentile, runs }: OutputBound): string =>
  `At most ${formatTokens(tokens)} tokens of output: 99 % of the last ${runs} runs of this prompt with ${model.id} had ${formatTokens(percentile)} or fewer. The rest of an answer that is cut there is asked for without a limit.`;

const decision = (action: string, why: string): ReplyEvent => ({
  type: 'decision',
  decision: { stage: 'boundOutput', action, why },
});
