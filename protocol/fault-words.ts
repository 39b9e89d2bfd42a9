/** What is said of an endpoint that gave no answer: the same in a decision, in a list of requests and under an answer. */
import { inWords } from './decision-text.ts';
import type { ErrorCode } from './errors.ts';

const FAULTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  network: 'could not be reached',
  timeout: 'sent nothing for too long',
  slowStart: 'showed nothing in time',
  providerDown: 'had a fault of its own',
  malformedStream: 'sent an answer that cannot be read',
  cutStream: 'broke off',
  rateLimited: 'had no room',
  endpointPaused: 'is paused after failures in a row',
  quotaExceeded: 'has no credit left',
  keyRefused: 'refused the API key',
  noKey: 'has no API key',
  noSuchModel: 'does not have the model',
  badRequest: 'refused the request',
  contextTooLong: 'has too small a context window',
};

/** "had a fault of its own": what stands behind the name of an endpoint; the code in words where it is of no endpoint. */
export const faultWords = (code: string): string =>
  (Object.hasOwn(FAULTS, code) ? FAULTS[code as ErrorCode] : undefined) ?? inWords(code);
