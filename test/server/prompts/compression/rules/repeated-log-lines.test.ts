import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeatedLogLines } from '../../../../../server/prompts/compression/rules/repeated-log-lines.ts';
import { fence, fenced, findings, shortened } from './properties.ts';

const folded = (language: string, lines: readonly string[]) =>
  fenced(shortened(repeatedLogLines, fence(language, lines.join('\n'))).after);

describe('Lines of a log that say the same', () => {
  it('are folded with their number wherever they stand, and other lines stay in their order', () => {
    const retry = 'WARN cannot reach db-1, will try again';
    const lines = ['INFO start', ...Array(4).fill(retry), 'INFO pause', ...Array(3).fill(retry), 'INFO end'];
    assert.equal(
      folded('log', lines),
      [
        'INFO start',
        `${retry} (repeated 4 times)`,
        'INFO pause',
        `${retry} (repeated 3 times)`,
        'INFO end',
      ].join('\n'),
    );
  });

  it('are folded in a fence without a language and in a paragraph only where they are lines of a log', () => {
    const line = 'ERROR connection to the server was refused';
    assert.equal(folded('', [line, line, line]), `${line} (repeated 3 times)`);
    assert.equal(
      shortened(repeatedLogLines, [line, line, line].join('\n')).after,
      `${line} (repeated 3 times)`,
    );
    for (const same of ['0 0 0 0', '    }', 'la la la'])
      assert.deepEqual(findings(repeatedLogLines, fence('', [same, same, same].join('\n'))), [], same);
  });

  it('are folded with line ends of Windows', () => {
    const line = 'ERROR connection to the server was refused';
    assert.equal(
      shortened(repeatedLogLines, `\`\`\`log\r\n${line}\r\n${line}\r\n${line}\r\nbye\r\n\`\`\``).after,
      `\`\`\`log\r\n${line} (repeated 3 times)\r\nbye\r\n\`\`\``,
    );
  });

  it('are pointed out and kept where only their times differ, in every form of a time', () => {
    for (const times of [
      ['2026-03-01T10:00:00.123Z', '2026-03-01T10:00:01.123Z', '2026-03-01T10:00:02.123Z'],
      ['[10:00:00]', '[10:00:01]', '[10:00:02]'],
      ['Mar  1 10:00:00', 'Mar  1 10:00:01', 'Mar  1 10:00:02'],
    ]) {
      const text = fence('log', times.map((time) => `${time} connection refused`).join('\n'));
      const found = findings(repeatedLogLines, text);
      assert.equal(found.length, 1, times[0]);
      assert.deepEqual(found[0]?.edits, []);
      assert.match(found[0]?.message ?? '', /3 lines/);
    }
  });
});
