/** The latest estimate of each open prompt. */
import type { EstimateParams } from '../../protocol/messages.ts';

/** Estimates by the document's URI. */
export interface EstimateStore {
  /** Takes an estimate in; false when a later version of the document was estimated already. */
  accept(estimate: EstimateParams): boolean;
  get(uri: string): EstimateParams | null;
  /** The document was closed: its versions may begin anew. */
  forget(uri: string): void;
  /** Another daemon counts now. */
  clear(): void;
}

/** Makes an empty store. An estimate of the same version replaces the one before: a run changes it without an edit. */
export function createEstimateStore(): EstimateStore {
  const estimates = new Map<string, EstimateParams>();
  return {
    accept: (estimate) => {
      const known = estimates.get(estimate.uri);
      if (known !== undefined && known.version > estimate.version) return false;
      estimates.set(estimate.uri, estimate);
      return true;
    },
    get: (uri) => estimates.get(uri) ?? null,
    forget: (uri) => void estimates.delete(uri),
    clear: () => estimates.clear(),
  };
}
