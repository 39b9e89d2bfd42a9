/** Which of the configured models a name means. */

/** A model as far as names go. */
export interface NamedModel {
  readonly provider: { readonly name: string };
  readonly model: { readonly id: string };
}

/**
 * The candidate that `name` means: a model's id, "provider/model", or either as VS Code's model picker writes it; null
 * for none. Exact ids come first, since an id may itself look like "provider/model": OpenRouter's "openai/gpt-5-mini".
 */
export function matchModel<Candidate extends NamedModel>(
  name: string,
  candidates: readonly Candidate[],
): Candidate | null {
  const qualified = ({ provider, model }: Candidate) => `${provider.name}/${model.id}`;
  return (
    candidates.find(({ model }) => model.id === name) ??
    candidates.find((candidate) => qualified(candidate) === name) ??
    candidates.find(({ model }) => normalise(model.id) === normalise(name)) ??
    candidates.find((candidate) => normalise(qualified(candidate)) === normalise(name)) ??
    null
  );
}

/** "GPT-5 mini (copilot)" as "gpt-5-mini". */
const normalise = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\([^()]*\)\s*$/, '')
    .trim()
    .replace(/\s+/g, '-');
