/** What the connections need of whoever asks endpoints for their models. */

/** What an endpoint said. Never throws; a failure is a sentence of the catalogue. */
export interface ModelList {
  /** Null when it answered; else why not and what to do. */
  readonly problem: string | null;
  /** Ids of its models; null where it answered without a list that can be read. */
  readonly models: readonly string[] | null;
  readonly milliseconds: number;
}

/** Asks endpoints for their models, which costs nothing. */
export interface EndpointProbe {
  /** GET {baseUrl}/models with `key`; `name` is what the provider is called in a problem. */
  models(endpoint: {
    readonly name: string;
    readonly baseUrl: string;
    readonly key: string | null;
    readonly timeoutMs: number;
  }): Promise<ModelList>;
}
