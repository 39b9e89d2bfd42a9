/** A minimal event source, shaped as VS Code's `Event`, for the parts of the extension that must run without VS Code. */

/** Whatever can be let go of. */
export interface Disposable {
  dispose(): void;
}

/** Registers a listener; disposing the result removes it. */
export type Event<Value> = (listener: (value: Value) => void) => Disposable;

/** Both ends of an event. */
export interface Emitter<Value> {
  readonly event: Event<Value>;
  /** Calls every listener, in the order in which they came. */
  fire(value: Value): void;
}

/** Makes an event source without listeners. */
export function createEmitter<Value>(): Emitter<Value> {
  const listeners = new Set<{ readonly call: (value: Value) => void }>();
  return {
    event: (listener) => {
      const entry = { call: listener };
      listeners.add(entry);
      return { dispose: () => void listeners.delete(entry) };
    },
    fire: (value) => {
      for (const { call } of [...listeners]) call(value);
    },
  };
}

/** Lets go of several things at once, last first. */
export const disposeAll = (parts: readonly Disposable[]): Disposable => ({
  dispose: () => {
    for (const part of parts.toReversed()) part.dispose();
  },
});
