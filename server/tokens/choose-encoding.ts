/**
 * Which encoding a model counts with. OpenAI publishes its models' encodings (github.com/openai/tiktoken,
 * tiktoken/model.py); the other providers' tokenizers are stood in for by the newest of them.
 */
import { type EncodingName, isEncodingName } from './encodings.ts';

/** An encoding, and whether its counts are only close to what the provider bills. */
export interface EncodingChoice {
  readonly encoding: EncodingName;
  readonly approximate: boolean;
}

/** The first line that fits a model's bare id decides. */
const FAMILIES: readonly (readonly [ids: RegExp, encoding: EncodingName])[] = [
  [/^gpt-oss(-|$)/, 'o200k_harmony'],
  [/^(chatgpt-4o|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o[134])([.-]|$)/, 'o200k_base'],
  [/^(codex-mini|computer-use|gpt-(audio|realtime))(-|$)/, 'o200k_base'],
  [/^gpt-(4|3\.5|35)(-(turbo|32k|vision|\d{4})|$)/, 'cl100k_base'],
  [/^(davinci-002|babbage-002|text-embedding-(ada-002|3-.*))$/, 'cl100k_base'],
  [/^(code|text)-davinci-edit-/, 'p50k_edit'],
  [/^(text-davinci-00[23]|code-(davinci|cushman)-00\d|(cushman|davinci)-codex)$/, 'p50k_base'],
  [/^(text-)?(ada|babbage|curie|davinci)(-00\d)?$/, 'r50k_base'],
  [/^(text|code)-(search|similarity)-/, 'r50k_base'],
  [/^gpt-?2$/, 'gpt2'],
];

/**
 * The encoding for a model's id, as its provider spells it: "gpt-4o-2024-08-06", "openai/gpt-5:free",
 * "ft:gpt-4o-mini:team::id".
 *
 * @param named an encoding's name from the settings, which the user vouches for; null to choose by the id. A name that
 *   is none chooses by the id, too, and the count is called approximate: a count is better than a prompt without one.
 */
export function chooseEncoding(modelId: string, named: string | null = null): EncodingChoice {
  if (named !== null && isEncodingName(named)) return { encoding: named, approximate: false };
  const id = bareModelId(modelId);
  const family = FAMILIES.find(([ids]) => ids.test(id));
  return family === undefined
    ? { encoding: 'o200k_base', approximate: true }
    : { encoding: family[1], approximate: named !== null };
}

/** The id without vendor, fine-tuning and variant: "gpt-4o-mini" of "openai/ft:GPT-4o-mini:team". */
export function bareModelId(modelId: string): string {
  const withoutVendor = modelId.trim().toLowerCase().split('/').at(-1) ?? '';
  const parts = withoutVendor.split(':');
  return (parts[0] === 'ft' ? parts[1] : parts[0]) ?? '';
}
