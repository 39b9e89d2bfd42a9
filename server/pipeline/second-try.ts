/** A call whose first answer did not pass, as it is asked of the next model. */
import type { Message } from '../../protocol/messages.ts';
import { hasOwnTemperature } from './own-temperature.ts';
import { placeOf } from './place.ts';
import type { Call, Rung } from './stage.ts';

/** A second answer is to be the likeliest one and not another throw of the dice. */
const TEMPERATURE = 0.1;

/** The call at `rung`, with what was wrong as its last message; `above` may be asked after it, and nothing below it. */
export function secondTry(call: Call, rung: Rung, above: readonly Rung[], complaint: Message): Call {
  const { provider, model } = rung;
  const { temperature: _, ...sampling } = call.sampling;
  const tried = new Set(
    [...call.ladder, call].map(placeOf).filter((place) => !above.some((one) => placeOf(one) === place)),
  );
  return {
    ...call,
    provider,
    model,
    sampling: hasOwnTemperature(model) ? sampling : { ...sampling, temperature: TEMPERATURE },
    ladder: above,
    chain: call.chain.filter((route) => !tried.has(placeOf(route))),
    messages: [...call.messages, complaint],
  };
}
