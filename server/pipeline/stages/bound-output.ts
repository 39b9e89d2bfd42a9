import { type FarthingError, toFarthingError } from '../../../protocol/errors.ts';
import { formatTokens } from '../../../protocol/receipt.ts';
import { continuation } from '../../prompts/continuation.ts';
import { decisionOf } from '../decision.ts';
import { lengthDirective, withInstruction } from '../length-directive.ts';
import { isContinued, type OutputBound, outputBound, RUNS_FOR_BOUND } from '../output-bound.ts';
import { placeOf } from '../place.ts';
import type { LedgerReader } from '../ports.ts';
import { refusedOf } from '../refusal-of-request.ts';
import {
  type FormatMemory,
  isFormatRefused,
  missingAbilities,
  withFormatInPrompt,
} from '../response-formats.ts';
import { isShown } from '../shown.ts';
import type { Attempt, Call, Next, Reply, ReplyEvent, Stage } from '../stage.ts';

const decision = decisionOf('boundOutput');

interface Dependencies {
  readonly ledger: Pick<LedgerReader, 'pastOutputTokens'>;
  readonly formats: FormatMemory;
}

/**
 * Keeps answers from being longer than they need to be. A job that ran often enough gets a limit of its own, well above
 * what its answers had; one that is cut there all the same is asked for the rest, or afresh where nothing was shown, so
 * that the reader sees one answer with one end. By setting, kinds of task get a sentence on their length. A form of the
 * answer that its endpoint does not take goes into the prompt, unless another model may take it. Never stops the chain;
 * remembers in memory who refused a form, or tools.
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
  // Of a ladder each model may refuse something else.
  for (let refusals = 0; refusals <= call.ladder.length; refusals++) {
    const other = afterRefusal(leg, asked, formats);
    if (other === null) break;
    asked = other.call;
    yield decision(other.action, other.why);
    leg = yield* send(asked, next);
  }
  if (leg.error !== null) throw leg.error;
  if (bound !== null && isCut(leg, bound)) yield* goOn(asked, leg, bound, next);
  else if (leg.end !== null) yield leg.end;
}

/**
 * No limit where the caller gave one, nor for what cannot be continued: a tool call, JSON whose form the rest alone does
 * not have, or code that is to be used as it stands, since a rest may well open its block anew. Where a dearer model may
 * be asked it would be, for an answer that is only cut.
 */
function boundOf(call: Call, ledger: Dependencies['ledger']): OutputBound | null {
  const { sampling, attribution, tools, responseFormat, expect, ladder, model, provider } = call;
  const isShaped = responseFormat !== null && responseFormat.type !== 'text';
  if (sampling.maxTokens !== undefined || attribution.job === null) return null;
  if (tools.length > 0 || isShaped || ladder.length > 0 || expect?.codeBlock !== undefined) return null;
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

/**
 * How a call goes on that was refused for what its model does not take: to another model of its ladder, or in words. Null
 * where it cannot, or was refused for anything else.
 */
function afterRefusal(
  { error, attempt, text, others }: Leg,
  call: Call,
  formats: FormatMemory,
): { readonly call: Call; readonly action: string; readonly why: string } | null {
  const refused = error === null || text !== '' || others.size > 0 ? null : refusedOf(error, call);
  const place = attempt === null ? placeOf(call) : `${attempt.provider}/${attempt.model}`;
  if (refused === null || formats.hasRefused(place, refused)) return null;
  formats.refused(place, refused);
  if (call.ladder.some((rung) => missingAbilities(call, rung, formats).length === 0)) {
    const what = refused === 'tools' ? 'tools' : 'this form of the answer';
    return {
      call,
      action: 'askedElsewhere',
      why: `${place} refused ${what}, so a model that may take it is asked.`,
    };
  }
  if (refused === 'tools') return null;
  const why = 'The model refused this form of the answer, so the prompt asks for it.';
  return { call: withFormatInPrompt(call), action: 'reworded', why };
}

/** True for an answer that boundOutput goes on with. */
const isCut = ({ end, attempt, others }: Leg, bound: OutputBound): boolean =>
  end !== null && isContinued(end.reason, attempt, [...others], bound.tokens);

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
  const { messages } = call;
  yield* next({
    ...call,
    part: 'rest',
    begun: { text, messages },
    sampling,
    messages: [...messages, ...continuation(text)],
  });
}

const reasonsOf = ({ model }: Call, { tokens, percentile, runs }: OutputBound): string =>
  `At most ${formatTokens(tokens)} tokens of output: 99 % of the last ${runs} runs of this prompt with ${model.id} had ${formatTokens(percentile)} or fewer. The rest of an answer that is cut there is asked for without a limit.`;
