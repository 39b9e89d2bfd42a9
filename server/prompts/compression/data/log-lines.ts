/** Runs of log lines that say the same. */
import { splitLines, withoutLineEnd } from '../../lines.ts';
import type { Span } from '../../prompt-part.ts';

/** A run of lines in a text. */
export interface LogRun {
  /** The first line, without its line end. */
  readonly first: Span;
  /** The last line, without its line end. */
  readonly last: Span;
  readonly lines: number;
  /** The time that the last line begins with, where only the times differ; else null. */
  readonly lastTime: string | null;
}

/** A run that may go on: the first line whole and without its time, and whether a later one has another time. */
interface OpenRun extends Pick<LogRun, 'first' | 'last' | 'lines'> {
  readonly line: string;
  readonly content: string;
  readonly differs: boolean;
}

/** Fewer lines than this are shorter than the words that fold them. */
const LEAST_LINES = 3;

const TIME =
  /^\[?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d)\]?/;
const SEVERITY = /\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b/;

/** The runs of equal lines in `text`, in their order. Of a text that is not known as a log, only lines of a log count. */
export function logRuns(text: string, isLog: boolean): readonly LogRun[] {
  const runs: LogRun[] = [];
  let open = null as OpenRun | null;
  const finish = (run: OpenRun | null) => {
    if (run === null || run.lines < LEAST_LINES) return;
    const lastTime = run.differs ? (TIME.exec(text.slice(run.last.start, run.last.end))?.[0] ?? null) : null;
    runs.push({ first: run.first, last: run.last, lines: run.lines, lastTime });
  };
  let offset = 0;
  for (const whole of splitLines(text)) {
    const line = withoutLineEnd(whole).trimEnd();
    const span = { start: offset, end: offset + line.length };
    offset += whole.length;
    const time = TIME.exec(line)?.[0] ?? '';
    const content = line.slice(time.length);
    const counts = /[\p{L}\p{N}]/u.test(content) && (isLog || time !== '' || SEVERITY.test(line));
    const run = open;
    if (run !== null && counts && run.content === content && (time !== '') === (run.line !== content)) {
      open = { ...run, last: span, lines: run.lines + 1, differs: run.differs || line !== run.line };
      continue;
    }
    finish(run);
    open = counts ? { first: span, last: span, lines: 1, content, line, differs: false } : null;
  }
  finish(open);
  return runs;
}
