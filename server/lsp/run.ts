/** farthing/run: streams a reply to its client and answers with the receipt. */
import type { CancellationToken } from 'vscode-languageserver';
import { farthingError } from '../../protocol/errors.ts';
import { MESSAGES, type ReplyDelta, type RunParams } from '../../protocol/messages.ts';
import type { Decision, Receipt } from '../../protocol/receipt.ts';
import { AUTO, TIERS } from '../../protocol/routing.ts';
import { describeReceipt } from '../calls/engine.ts';
import { prepareCall } from '../calls/prepare-call.ts';
import { placeOf } from '../pipeline/place.ts';
import { isCheckedFirst, isHeld } from '../pipeline/provisional.ts';
import type { Call, ReplyEvent, Route, Rung } from '../pipeline/stage.ts';
import type { HandlerContext } from './context.ts';
import { toResponseError } from './errors.ts';
import type { Previews } from './previews.ts';

/** Deltas are sent together at most this often, in milliseconds: a screen shows no more. */
const FLUSH_EVERY_MS = 15;

/**
 * Runs the prompt and resolves with its receipt. Rejects with a response error that carries the receipt of what was
 * used until then. Cancelling the request stops the provider; a client that goes away does not.
 */
export async function run(
  { session, daemon, runner, previews }: HandlerContext,
  params: RunParams,
  token: CancellationToken,
): Promise<Receipt> {
  const controller = new AbortController();
  const finished = daemon.calls.begin(params.callId, controller);
  const cancellation = token.onCancellationRequested(() => controller.abort());
  if (token.isCancellationRequested) controller.abort();
  const outbox = createOutbox((deltas) => session.notify(MESSAGES.reply, { callId: params.callId, deltas }));
  let receipt: Receipt | null = null;
  let answering = false;
  let isKept = false;
  try {
    if (!session.trusted) throw farthingError('untrusted', {});
    const startedAt = daemon.clock.now();
    const call = {
      ...prepareCall({ ...params, purpose: 'run', signal: controller.signal, startedAt }, session),
      ...shownCost(params, previews),
    };
    const { provider, model } = call;
    const start = (route: Route, more: Pick<StartDelta, 'provisional'> = {}) =>
      outbox.push({ ...startOf(route), ...more });
    // Of several models the one that answers is known when it is chosen; a kept answer is nobody's.
    start(call.ladder.length === 0 ? call : { provider, model: { ...model, id: AUTO } });
    for await (const event of runner(call)) {
      isKept ||= event.type === 'decision' && isHit(event.decision);
      if (event.type === 'routed')
        start(event.route, !isKept && mayBeWithdrawn(call, event.route) ? { provisional: true } : {});
      if (event.type === 'receipt') receipt = event.receipt;
      answering = event.type === 'text' || (answering && event.type !== 'withdrawn');
      const delta = deltaOf(event);
      if (delta !== null) outbox.push(delta);
    }
    if (receipt === null)
      throw farthingError('internal', {}, { cause: new Error('a reply without a receipt') });
    return receipt;
  } catch (error) {
    throw toResponseError(error, { receipt, continuable: answering && !controller.signal.aborted });
  } finally {
    outbox.flush();
    cancellation.dispose();
    finished();
    if (receipt !== null) daemon.log.info(describeReceipt(receipt));
  }
}

/** What a run may say without becoming another one than was estimated. */
const AS_SHOWN: ReadonlySet<string> = new Set([
  'callId',
  'source',
  'values',
  'context',
  'feature',
  'tags',
  'held',
] satisfies (keyof RunParams)[]);

/** What stands above the prompt, where that is an estimate of this very run. */
function shownCost(params: RunParams, previews: Previews): Pick<Call, 'estimatedNano'> {
  const { source } = params;
  const isAsShown = Object.entries(params).every(([key, value]) => value === undefined || AS_SHOWN.has(key));
  const preview = isAsShown && source.kind === 'document' ? previews.shown(source.uri) : null;
  // The estimate of a prompt with variables is without their values: it was never one of the whole.
  const nano = preview === null || preview.missing.length > 0 ? null : preview.cost.nano;
  return nano === null ? {} : { estimatedNano: nano };
}

type StartDelta = Extract<ReplyDelta, { readonly type: 'start' }>;

/** True where what this model answers is shown before its checks, and a better one is left to ask. */
const mayBeWithdrawn = (call: Call, route: Route): boolean => {
  const rung = call.ladder.find((one) => placeOf(one) === placeOf(route));
  const isBetter = ({ tier }: Rung) => rung !== undefined && TIERS.indexOf(tier) > TIERS.indexOf(rung.tier);
  return isCheckedFirst(call) && !isHeld(call) && call.ladder.some(isBetter);
};

const isHit = ({ stage, action }: Decision): boolean => stage === 'exactCache' && action === 'hit';

const startOf = ({ provider, model }: Route): StartDelta => ({
  type: 'start',
  provider: provider.name,
  model: model.id,
  simulated: provider.simulated,
});

function deltaOf(event: ReplyEvent): ReplyDelta | null {
  // To its reader a refusal is what the model said.
  if (event.type === 'refusal') return { type: 'text', text: event.text };
  const { type } = event;
  return type === 'text' || type === 'reasoning' || type === 'decision' || type === 'withdrawn'
    ? event
    : null;
}

/** Gathers deltas and hands them on together, text joined to text. */
function createOutbox(send: (deltas: readonly ReplyDelta[]) => void) {
  let waiting: ReplyDelta[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length > 0) send(waiting);
    waiting = [];
  };
  return {
    push(delta: ReplyDelta): void {
      const last = waiting.at(-1);
      // What nobody has got yet need not be sent to be taken back.
      if (delta.type === 'withdrawn')
        waiting = waiting.filter(({ type }) => type !== 'text' && type !== 'reasoning');
      if (delta.type === 'text' && last?.type === 'text') {
        waiting[waiting.length - 1] = { type: 'text', text: last.text + delta.text };
      } else {
        waiting.push(delta);
      }
      timer ??= setTimeout(flush, FLUSH_EVERY_MS);
    },
    flush,
  };
}
