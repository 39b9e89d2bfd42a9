/** Calls under way that identical ones can join. */
import type { ReplyEvent } from './stage.ts';

/** Every flight by its key. */
export interface Flights {
  get(key: string): Flight | null;
  add(key: string, flight: Flight): void;
  remove(key: string, flight: Flight): void;
}

/** One call under way, and what came of it so far. */
export interface Flight {
  readonly events: readonly ReplyEvent[];
}

/** No flights yet. */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  return {
    get: (key) => flights.get(key) ?? null,
    add: (key, flight) => void flights.set(key, flight),
    remove(key, flight) {
      if (flights.get(key) === flight) flights.delete(key);
    },
  };
}
