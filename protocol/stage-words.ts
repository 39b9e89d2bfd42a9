/** What the stages of the pipeline are called where people read of them, and what a person can do about what they did. */

/** The words of one stage. */
interface StageWords {
  readonly name: string;
  /** How "nothing to do" goes on, without the point: in a few words, since most steps have nothing to do. */
  readonly idle: string;
  /** What would change what it did, by its action: one sentence that says what to do. */
  readonly change: Readonly<Record<string, string>>;
  /** What its decisions are called, by their action, where "name, action" reads badly. */
  readonly decisions?: Readonly<Record<string, string>>;
}

/** In the order of the pipeline. A stage that is not in here is called by its own name and has the default words. */
const STAGES: Readonly<Record<string, StageWords>> = {
  attribute: {
    name: 'Attribution',
    idle: ' but to note what the call is for',
    change: {},
  },
  record: { name: 'Ledger', idle: ' but to write one line', change: {} },
  budget: {
    name: 'Budget',
    idle: ': no budget is in the way',
    change: {
      warned: 'Raise or pause the budget in the Budgets view, or set a lower maxTokens.',
      refused: 'Raise or pause the budget in the Budgets view, wait, or set a lower maxTokens.',
      downgraded:
        'Raise the budget in the Budgets view, or name another model in farthing.budgets.downgradeTo.',
      notDowngraded: 'Name a cheaper model in farthing.budgets.downgradeTo.',
      narrowed: 'Raise or pause the budget in the Budgets view, or name the model in the front matter.',
      degraded: 'Free the file of the ledger or its disk.',
    },
  },
  exactCache: {
    name: 'Cache',
    idle: ': it was not asked',
    decisions: {
      hit: 'Cache hit',
      missed: 'Cache miss',
      bypassed: 'Cache left out',
      stored: 'Kept in the cache',
      notStored: 'Not kept in the cache',
    },
    change: {
      hit: 'Run Prompt Again, Fresh asks the model anew.',
      missed: 'Run it once: the same request then costs nothing.',
      bypassed: 'Write "cache: use" below farthing: in the front matter to keep answers and give them again.',
      stored: 'cacheHours in the front matter or farthing.cache.hoursByKind says for how long.',
      notStored: 'Run it when the model that was asked for answers itself.',
    },
  },
  semanticCache: {
    name: 'Similar answers',
    idle: ': nothing like it was answered',
    change: { hit: 'Run Prompt Again, Fresh asks the model anew.' },
  },
  singleFlight: {
    name: 'Shared answers',
    idle: ' unless an identical call runs',
    change: { joined: 'Run it when the other call has ended.' },
  },
  route: {
    name: 'Model',
    idle: ': a model is named',
    change: {
      routed: 'Name a model in the front matter, or prefer "frugal" or "best" (farthing.routing.preference).',
      leftOut: 'Mend "lacks" of their entries in farthing.providers where they take it.',
    },
  },
  cascade: {
    name: 'Checks',
    idle: ' until there is an answer',
    change: {
      escalated: 'Name the better model in the front matter to begin with it.',
      failedGates: 'Ask a better model, or say more exactly in the prompt what the answer must have.',
      notReached: 'Test the endpoint of the better model in the Providers view.',
    },
  },
  fitHistory: {
    name: 'Conversation',
    idle: ': all turns fit',
    decisions: {
      trimmed: 'Conversation cut back',
      summarised: 'Conversation summed up',
      extended: 'Summary extended',
      reused: 'Summary used again',
      assumed: 'Conversation summed up',
      dropped: 'Turns left out',
    },
    change: {
      trimmed: 'Write <!-- pin --> above a turn to keep it, or raise farthing.history.tokens.',
      summarised: 'Bring Back Dropped Context sends all turns instead.',
      extended: 'Bring Back Dropped Context sends all turns instead.',
      reused: 'Bring Back Dropped Context sends all turns instead.',
      assumed: 'Write "off: fitHistory" below farthing: in the front matter to send all turns instead.',
      dropped: 'Bring Back Dropped Context sends all turns.',
    },
  },
  fitContext: {
    name: 'Context',
    idle: ': there is nothing to leave out',
    change: {
      stoodAside:
        'It leaves out again where this context comes less often; a lower farthing.context.tokens makes that cheaper.',
      fitted: 'Bring Back Dropped Context sends all of it; farthing.context.tokens says how much is sent.',
      leftOut: 'Bring Back Dropped Context sends all of it; farthing.context.tokens says how much is sent.',
    },
  },
  compress: {
    name: 'Compression',
    idle: ': nothing may be shortened',
    decisions: { compressed: 'Written shorter' },
    change: {
      compressed: 'Write "off: compress" below farthing: in the front matter to send the text as it is.',
      stoodAside:
        'Accept the same changes in the file (Farthing: Compress Prompt) to send the shorter text always.',
    },
  },
  boundOutput: {
    name: 'Output limit',
    idle: ': its length is not known',
    change: {
      bounded: 'Write maxTokens in the front matter to set the limit yourself.',
      directed: 'Write "off: boundOutput" below farthing: in the front matter to send the prompt as it is.',
      reworded: 'Choose a model that takes this form of the answer.',
      askedElsewhere: 'Write what the model does not take as "lacks" of its entry in farthing.providers.',
      restarted: 'Write a higher maxTokens in the front matter.',
      continued: 'Write a higher maxTokens in the front matter.',
    },
  },
  arrangePrefix: {
    name: 'Prefix cache',
    idle: ': nothing in front pays to be kept',
    change: {
      stoodAside: 'It marks the part once this prompt runs often enough to pay for keeping it.',
      warned: 'Move what changes with each call, such as the time, to the end of the prompt.',
    },
  },
  deadline: {
    name: 'Deadline',
    idle: ' unless the call takes too long',
    change: {},
  },
  fallback: {
    name: 'Fallback',
    idle: ' unless the endpoint fails',
    decisions: { fellBack: 'Fallback', exhausted: 'Fallback at its end' },
    change: {
      fellBack: 'Test the endpoint in the Providers view, or change farthing.fallback.chain.',
      exhausted: 'Test the endpoints in the Providers view, or name more models in farthing.fallback.chain.',
    },
  },
  retry: {
    name: 'Retry',
    idle: ' unless a request fails',
    decisions: { retried: 'Retry', paused: 'Endpoint paused' },
    change: {
      retried: 'Set farthing.request.attempts to 1 to send only once.',
      paused: 'Test the endpoint in the Providers view, or name another model in farthing.fallback.chain.',
    },
  },
};

/** Of whatever stage. */
const ANYWHERE: Readonly<Record<string, string>> = {
  off: 'Switch it on in farthing.stages, or take it out of "off" in the front matter.',
  degraded: 'Run it again; if the step stays out, see the log (Farthing: Open Daemon Log).',
};

/** The stage's name for people; its own where it has none. */
export const stageName = (stage: string): string => wordsOf(stage)?.name ?? stage;

/** What a decision is called; null where its stage and its action name it well. */
export const decisionName = (stage: string, action: string): string | null =>
  entry(wordsOf(stage)?.decisions, action);

/** What is said of a stage that decided nothing: "nothing to do unless a request fails." */
export const idleText = (stage: string): string => `nothing to do${wordsOf(stage)?.idle ?? ''}.`;

/** What would change what a stage did; null where a person can do nothing, or nothing is known. */
export const whatChanges = (stage: string, action: string): string | null =>
  entry(wordsOf(stage)?.change, action) ?? entry(ANYWHERE, action);

const wordsOf = (stage: string): StageWords | null => entry(STAGES, stage);

/** Names come from a daemon of any version, so none may mean what every object has. */
const entry = <Value>(table: Readonly<Record<string, Value>> = {}, key: string): Value | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null;
