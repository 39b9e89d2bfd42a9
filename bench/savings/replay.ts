/** One day through one way to the models, and what came of it. */
import { setImmediate } from 'node:timers/promises';
import { defaultSettings, parseSettings, type Settings } from '../../protocol/settings.ts';
import type { SwitchableStage } from '../../protocol/switchable-stages.ts';
import { prepareCall } from '../../server/calls/prepare-call.ts';
import type { PriceBook } from '../../server/pipeline/ports.ts';
import { settled } from '../../server/pipeline/shown.ts';
import type { Call, Next, ReplyEvent } from '../../server/pipeline/stage.ts';
import type { DisposableTokenCounter } from '../../server/tokens/counter.ts';
import type { Counting } from './counting.ts';
import type { Kind, Task } from './day.ts';
import { createLabelledProvider, MODELS, sizeOf } from './provider.ts';
import type { Size } from './questions.ts';
import { createSimulatedClock, openScene, type Scene } from './scene.ts';

/** How calls get to a model. */
export type Way =
  /** Each as it is, to the model of this size. */
  | { readonly kind: 'direct'; readonly size: (task: Task) => Size }
  | {
      readonly kind: 'pipeline';
      readonly off: readonly SwitchableStage[];
      /** As in `settings.json`, besides the provider and "auto". */
      readonly settings?: Readonly<Record<string, unknown>>;
      /** Another model in the place of the small one. */
      readonly small?: string;
    };

/** What came of a day. */
export interface Outcome {
  readonly nano: number;
  readonly calls: number;
  readonly right: number;
  readonly rightByKind: ReadonlyMap<Kind, { readonly calls: number; readonly right: number }>;
  /** Whose answer was shown: of the cache, or of a model. */
  readonly shown: Readonly<Record<Size | 'cache', number>>;
  /** Calls that asked the small model and then the other. */
  readonly escalated: number;
  /** Input tokens that were sent, and those of them that the provider had cached. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  /** Milliseconds of each call without the provider's; empty where there is no pipeline. */
  readonly times: readonly number[];
}

/** What every way shares. */
export interface Stand {
  readonly day: readonly Task[];
  readonly prices: PriceBook;
  /** The pipeline's. */
  readonly counter: DisposableTokenCounter;
  /** The provider's. */
  readonly counting: Counting;
  readonly folder: string;
}

/** A morning in winter, so that prices are those of one day. */
const START = Date.UTC(2026, 0, 12, 9);

const providerWith = (small: string) => ({
  name: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  models: [small, MODELS.frontier],
  needsKey: false,
  pricedAs: 'openai',
});

/** Replays the day. Nothing is remembered from one replay to the next. */
export async function replay(way: Way, name: string, stand: Stand): Promise<Outcome> {
  const clock = createSimulatedClock(START);
  const tasks = new Map(stand.day.map((task) => [task.callId, task]));
  const provider = createLabelledProvider({
    clock,
    prices: stand.prices,
    counting: stand.counting,
    questionOf: (callId) => (tasks.get(callId) as Task).question,
  });
  const { settings, problems } = parseSettings({
    ...(way.kind === 'pipeline' ? way.settings : {}),
    providers: [providerWith((way.kind === 'pipeline' ? way.small : undefined) ?? MODELS.small)],
    model: 'auto',
  });
  if (problems[0] !== undefined) throw new Error(problems[0].message);
  const tally = createTally();
  const scene =
    way.kind === 'direct'
      ? null
      : await openScene({
          ...stand,
          databaseFile: `${stand.folder}/${name}.db`,
          clock,
          provider: provider.send,
        });
  const run = scene?.engine.runner({ get: () => null }) ?? provider.send;
  try {
    for (const task of stand.day) {
      clock.set(START + task.at);
      // What an earlier call left to be done later is done before, so that it is nobody else's time.
      for (let turn = 0; turn < 2; turn++) await setImmediate();
      const workedBefore = provider.worked();
      const begun = performance.now();
      const events = await runTask(run, callOf(task, way, settings, START + task.at));
      const milliseconds = performance.now() - begun - (provider.worked() - workedBefore);
      const isRight = tally.add(task, events, scene === null ? null : milliseconds);
      if (scene !== null) feedBack(scene, task, events, isRight);
    }
  } finally {
    scene?.close();
  }
  return tally.outcome();
}

function callOf(task: Task, way: Way, settings: Settings, startedAt: number): Call {
  return prepareCall(
    {
      callId: task.callId,
      ...task.ask(task.text),
      ...(way.kind === 'direct' ? { model: MODELS[way.size(task)] } : { stagesOff: way.off }),
      feature: 'bench',
      signal: new AbortController().signal,
      startedAt,
      purpose: 'run',
    },
    { settings, workspace: null, branch: () => null, openPrompt: () => null },
  );
}

async function runTask(run: Next, call: Call): Promise<readonly ReplyEvent[]> {
  const events: ReplyEvent[] = [];
  for await (const event of run(call)) events.push(event);
  return events;
}

/** What the user does about the answer, told as an editor would tell it. */
function feedBack({ router }: Scene, task: Task, events: readonly ReplyEvent[], isRight: boolean): void {
  const receipt = events.find((event) => event.type === 'receipt')?.receipt;
  if (receipt === undefined || receipt.outcome !== 'answered') return;
  const { provider, model } = receipt;
  if (isRight && task.isKept) router.learn(task.callId, provider, model, 'kept');
  if (!isRight && task.isNoticed) router.learn(task.callId, provider, model, 'undone');
}

function createTally() {
  const shown = { small: 0, frontier: 0, cache: 0 };
  const rightByKind = new Map<Kind, { calls: number; right: number }>();
  const times: number[] = [];
  const sum = { nano: 0, calls: 0, right: 0, escalated: 0, inputTokens: 0, cachedTokens: 0 };
  return {
    /** Adds a call and says whether its answer was right. */
    add(task: Task, events: readonly ReplyEvent[], milliseconds: number | null): boolean {
      const text = settled(events)
        .map((event) => (event.type === 'text' ? event.text : ''))
        .join('');
      const isRight = task.question.right.has(text);
      const attempts = events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : []));
      const sizes = new Set(attempts.map(({ model }) => sizeOf(model)));
      for (const { cost, usage } of attempts) {
        if (cost.nano === null) throw new Error('The price table does not know a model of this benchmark.');
        sum.nano += cost.nano;
        sum.inputTokens += usage.inputTokens;
        sum.cachedTokens += usage.cachedInputTokens;
      }
      const last = attempts.at(-1);
      shown[last === undefined ? 'cache' : sizeOf(last.model)] += 1;
      sum.calls += 1;
      sum.right += Number(isRight);
      sum.escalated += Number(sizes.size > 1);
      const ofKind = rightByKind.get(task.kind) ?? { calls: 0, right: 0 };
      rightByKind.set(task.kind, { calls: ofKind.calls + 1, right: ofKind.right + Number(isRight) });
      if (milliseconds !== null) times.push(milliseconds);
      return isRight;
    },
    outcome: (): Outcome => ({ ...sum, rightByKind, shown, times }),
  };
}

/** Tokens of context that are sent at most, where nothing else is set. */
export const defaultContextTokens = (): number => defaultSettings().contextTokens;
