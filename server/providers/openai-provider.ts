/**
 * The end of the pipeline: sends a call to its OpenAI-compatible endpoint and gives the answer as it streams in. Every
 * request that is sent is accounted for by exactly one `attempt`, whether it was answered, failed or was cancelled.
 */
import { type FarthingError, farthingError } from '../../protocol/errors.ts';
import type { Clock, Keys, PriceBook, TokenCounter } from '../pipeline/ports.ts';
import type { Attempt, Call, Next, Reply } from '../pipeline/stage.ts';
import { accountFor } from './account.ts';
import { type Answer, createAnswer } from './answer.ts';
import { createClients } from './clients.ts';
import type { Fetch } from './keep-alive-fetch.ts';
import { toProviderError } from './provider-errors.ts';
import { streamChunks } from './request.ts';
import { type SilenceWatch, watchSilence } from './silence.ts';

/** What the provider needs of the rest of the daemon. */
export interface OpenAIProviderParts {
  readonly keys: Keys;
  readonly counter: TokenCounter;
  readonly prices: PriceBook;
  readonly clock: Clock;
  /** Default: one with connections of its own. */
  readonly fetch?: Fetch;
}

/**
 * The innermost `next`: streams text, reasoning and tool calls, then the `attempt`, then `end`. A failure comes after
 * its `attempt`, as an error of the catalogue; without a key, or when the call is cancelled already, nothing is sent.
 */
export function createOpenAIProvider(parts: OpenAIProviderParts): Next {
  const { clock } = parts;
  const clients = createClients(parts.fetch);
  return async function* send(call: Call): Reply {
    const client = await clients.get(call.provider.baseUrl, keyOf(call, parts.keys));
    if (call.signal.aborted) throw farthingError('cancelled', {});

    const answer = createAnswer();
    const watch = watchSilence(call.settings.timeoutSeconds, call.signal);
    const when = clock.now();
    const started = clock.elapsed();
    let accepted = false;
    let firstTextMs: number | null = null;
    let thrown: unknown;
    try {
      for await (const chunk of streamChunks(call, client, watch, () => {
        accepted = true;
      }))
        for (const event of answer.accept(chunk)) {
          if (event.type === 'text' || event.type === 'refusal') firstTextMs ??= clock.elapsed() - started;
          yield event;
        }
    } catch (error) {
      thrown = error;
    } finally {
      watch.close();
    }
    const totalMs = clock.elapsed() - started;
    const failure = failureOf(call, answer, watch, thrown, clock.now());
    if (failure === null) yield* answer.toolCalls();
    const reason = answer.finishReason();
    const evidence = {
      generated: answer.generated(),
      // Whoever accepted a request and was left waiting, or left us waiting, was at work on it.
      begun: answer.begun() || (accepted && (failure?.code === 'cancelled' || failure?.code === 'timeout')),
      finished: reason !== null,
      reported: answer.usage(),
    };
    const attempt: Attempt = {
      provider: call.provider.name,
      model: call.model.id,
      servedModel: servedModelOf(call, answer),
      outcome: failure === null ? 'answered' : failure.code === 'cancelled' ? 'aborted' : 'failed',
      ...(await accountFor(call, evidence, parts, when)),
      firstTextMs,
      totalMs,
      errorCode: failure?.code ?? null,
    };
    yield { type: 'attempt', attempt };
    if (failure !== null) throw failure;
    if (reason !== null) yield { type: 'end', reason };
  };
}

/**
 * The model that answered, where it is called something else than what was asked for. Only a name: whatever a provider
 * writes there goes into the ledger and onto the screen.
 */
function servedModelOf({ model }: Call, answer: Answer): string | null {
  const named = answer.model();
  return named !== null && named !== model.id && /^[\w./:@+-]{1,200}$/.test(named) ? named : null;
}

/** The key to send; null for none. Throws where one is needed, or where it cannot be part of a header. */
function keyOf({ provider }: Call, keys: Keys): string | null {
  const key = keys.get(provider.name);
  if (key === null && provider.needsKey)
    throw farthingError('noKey', { provider: provider.name, environment: provider.keyEnvironment });
  // What a header cannot hold would be quoted, key and all, in the error about it.
  if (key !== null && !/^[\x21-\x7e]+$/.test(key))
    throw farthingError('keyRefused', { provider: provider.name });
  return key;
}

/** Why a request that has ended gave no whole answer; null when it did. */
function failureOf(
  call: Call,
  answer: Answer,
  watch: SilenceWatch,
  thrown: unknown,
  now: number,
): FarthingError | null {
  const provider = call.provider.name;
  const seconds = call.settings.timeoutSeconds;
  if (call.signal.aborted) return farthingError('cancelled', {});
  // Once the model has stopped, only its usage can be missing, and that can be counted.
  if (answer.finishReason() !== null) return null;
  if (watch.expired) return farthingError('timeout', { provider, seconds }, { retryable: true });
  if (thrown !== undefined)
    return toProviderError(thrown, {
      provider,
      model: call.model.id,
      baseUrl: call.provider.baseUrl,
      timeoutSeconds: seconds,
      begun: answer.begun(),
      now,
    });
  return answer.begun()
    ? farthingError('cutStream', { provider }, { retryable: true })
    : farthingError('malformedStream', { provider });
}
