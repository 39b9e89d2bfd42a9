/** Models that answer at one temperature only. */
import type { Call, Route } from './stage.ts';

/** OpenAI's models that reason refuse every temperature but their own (API reference, "Reasoning models"). */
const OWN_TEMPERATURE = /^(?:.*\/)?(?:o\d|gpt-[5-9])/i;

/** True where a request with a temperature would be refused. */
export const hasOwnTemperature = ({ id }: Route['model']): boolean => OWN_TEMPERATURE.test(id);

/** The call at a model that its user did not name: without a temperature that this one refuses. */
export function withTakenTemperature(call: Call): Call {
  const { temperature, ...sampling } = call.sampling;
  return temperature === undefined || !hasOwnTemperature(call.model) ? call : { ...call, sampling };
}
