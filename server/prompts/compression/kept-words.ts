/** The words that say no, count something or measure it, in the languages that prompts are written in. */

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Words that turn or bound a statement; lower case, apostrophes straight. English "n't" is found by its ending. */
const NEGATIONS: ReadonlySet<string> = words(`
  not no never without cannot unless except nor neither none only nothing nobody nowhere hardly barely scarcely avoid
  exclude excluding excludes refrain forbidden prohibited dont doesnt didnt cant wont shouldnt mustnt isnt arent
  nicht kein keine keinen keinem keiner keines nie niemals ohne weder nur nichts niemand außer
  ne pas jamais sans aucun aucune sauf rien ni non seulement uniquement
  nunca jamás sin ningún ninguna ninguno nada excepto tampoco sólo solo
  não nem sem nenhum nenhuma exceto apenas somente
  mai senza nessuno nessuna né tranne soltanto niente
  не нет никогда без ни кроме только нельзя ничего
  niet geen nooit zonder nie bez`);

/** Negations of scripts without spaces, and where a text would have them. */
export const UNSPACED_NEGATION: RegExp =
  /[不没沒勿别別未非无無莫]|禁止|避免|除了|只(?:能|有|要)?|仅|僅|ないで?|ません|しない|なく|なし|ずに|ぬ|のみ|だけ|안|않|못|없|말고|마세요|만/uy;

/** Numbers as words; "one", "once" and "first" are left out, for they mostly count nothing. */
export const NUMBER_WORDS: ReadonlySet<string> = words(`
  zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion half twice
  thrice dozen third fourth fifth both`);

/** A unit behind a number, with the space before it. */
export const UNIT: RegExp =
  /[ \t\u00a0\u202f-]?(?:(?:%|‰|°[CF]?|[€£¥₹₽]|\$)|(?:ns|µs|ms|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|[KMGT]i?B|[kKMG]?bps|bytes?|kg|g|mg|km|cm|mm|m|mi|miles?|ft|feet|inch(?:es)?|in|px|em|rem|pt|tokens?|words?|characters?|chars?|lines?|sentences?|paragraphs?|bullets?|items?|points?|pages?|steps?|examples?|times?|percent|USD|EUR|GBP|JPY|dollars?|euros?|Hz|kHz|MHz|GHz|V|W|kW|kWh|A|°|l|L|ml|st|nd|rd|th|x|k|K|M)(?![\p{L}\p{N}_]))/uy;

/** Whether a word says no. */
export function isNegation(word: string): boolean {
  const plain = word.toLowerCase().replace('’', "'");
  return NEGATIONS.has(plain) || plain.endsWith("n't");
}
