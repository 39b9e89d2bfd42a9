/** Calls under way that identical ones can join. */
import type { Flight } from './flight.ts';

/** Every flight by its key. */
export interface Flights {
  get(key: string): Flight | null;
  add(key: string, flight: Flight): void;
  /** Nobody joins it any more; who is in it stays. */
  remove(key: string, flight: Flight): void;
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
