/**
 * Takes out of a stream of server-sent events what makes events without data, as providers send to keep a connection
 * open: `event: ping`, an empty `data:`. By the standard these are none, but the package reads their data as JSON and
 * ends the answer: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const D = 0x64;
const E = 0x65;
const BRACE = 0x7b;

/** In bytes. A longer line is neither a name nor an empty value. */
const LONGEST = 1024;

const EMPTY_DATA = /^data(?::[ \t]*)?\r?\n?$/;
const NAME = /^event(?::|\r?\n?$)/;
/** The one name that says something of its data: that it is an error. */
const ERROR = /^event: ?error\r?\n?$/;

const NOTHING = new Uint8Array();

/** Takes the bytes of a stream as they come, and gives those that stay: the very same where all of them do. */
export type EventLines = (bytes: Uint8Array) => Uint8Array;

/**
 * Starts a stream. No text of a JSON value has a line break in it, so an empty line of data is no part of one; names of
 * events are of no use to a reader of chat completions, but for "error".
 */
export function createEventLines(): EventLines {
  /** The beginning of a line that may have to go. At the end of a stream it makes no event and is not missed. */
  let held = NOTHING;
  /** True after the beginning of a line that stays. */
  let inLine = false;
  return (bytes) => {
    const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    held = NOTHING;
    const kept: Uint8Array[] = [];
    let from = 0;
    for (let start = 0, end = 0; start < all.length; start = end) {
      const feed = all.indexOf(LINE_FEED, start);
      const isWhole = feed >= 0;
      end = isWhole ? feed + 1 : all.length;
      if (!inLine && isSuspect(all, start, end)) {
        const line = textOf(all, start, end);
        if (isWhole ? goes(line) : mayGo(line)) {
          kept.push(all.subarray(from, start));
          if (!isWhole) held = all.slice(start);
          from = end;
        }
      }
      inLine = !isWhole && held.length === 0;
    }
    if (from === 0) return all;
    kept.push(all.subarray(from));
    return Buffer.concat(kept);
  };
}

/** False at once for what nearly every line is: empty, a comment, or `data: {`. */
function isSuspect(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if ((first !== D && first !== E) || end - start > LONGEST) return false;
  return !(first === D && bytes[start + 5] === SPACE && bytes[start + 6] === BRACE);
}

const goes = (line: string): boolean => EMPTY_DATA.test(line) || (NAME.test(line) && !ERROR.test(line));

/** Whether a line that begins so may turn out as one that goes. */
const mayGo = (begun: string): boolean =>
  'data'.startsWith(begun) ||
  EMPTY_DATA.test(begun) ||
  'event'.startsWith(begun) ||
  begun.startsWith('event');

const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
