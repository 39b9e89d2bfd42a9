/** Ends a request when its provider sends nothing for too long, or when its caller cancels it. */

/** A watch over one request. */
export interface SilenceWatch {
  /** Aborts the request; give it to whoever sends and reads. */
  readonly controller: AbortController;
  /** True once the request was ended for its silence. */
  readonly expired: boolean;
  /** Waits for something from the provider; only this waiting counts as silence, not the time its reader takes. */
  during<Value>(waiting: Promise<Value>): Promise<Value>;
  /** The provider sent something: silence begins anew. */
  heard(): void;
  /** Ends the watch and leaves the request as it is. */
  close(): void;
}

/** Watches a request that `signal` cancels and that may be silent for `seconds`. */
export function watchSilence(seconds: number, signal: AbortSignal): SilenceWatch {
  const controller = new AbortController();
  let expired = false;
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => controller.abort(signal.reason);
  const listen = () => {
    timer = setTimeout(() => {
      expired = true;
      controller.abort();
    }, seconds * 1000);
  };
  const stopListening = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  return {
    controller,
    get expired() {
      return expired;
    },
    during: async (waiting) => {
      listen();
      try {
        return await waiting;
      } finally {
        stopListening();
      }
    },
    heard: () => {
      if (timer === undefined) return;
      stopListening();
      listen();
    },
    close: () => {
      signal.removeEventListener('abort', cancel);
      stopListening();
    },
  };
}
