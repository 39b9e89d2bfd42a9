import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createFitter, type Gap } from '../../../server/fitting/fit.ts';
import { type Piece, rankPieces } from '../../../server/fitting/rank.ts';

/** The parts of a text that its gaps leave. */
function keptText(text: string, gaps: readonly Gap[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of gaps) {
    parts.push(text.slice(at, start));
    at = end;
  }
  return parts.join('') + text.slice(at);
}

const piece = (text: string, name = ''): Piece => ({ name, text });
const kept = (pieces: readonly Piece[], question: string, room: number | null) =>
  createFitter(pieces, question)
    .fit(room)
    .map((gaps, index) => keptText(pieces[index]?.text ?? '', gaps));
const reasons = (pieces: readonly Piece[], room: number | null = null, question = '') =>
  createFitter(pieces, question)
    .fit(room)
    .map((gaps) => gaps.map(({ reason }) => reason));

const PARAGRAPH =
  'The cache keeps an answer for a week. It is found by a hash of the request, and the oldest of them go first when the disk is full.';

test('what is hardly relevant goes below a share of the highest relevance, however much room there is', () => {
  const cache = 'The cache keeps an answer for a week, and the oldest go first. ';
  const pieces = [piece(`${cache}\n\nThe printer stands in the hall beside the stairs and hums all day.`)];
  const keptAt = (least: number, question = 'How long does the cache keep an answer?') =>
    createFitter(pieces, question)
      .fit(null, least)
      .map((gaps, index) => keptText(pieces[index]?.text ?? '', gaps));
  assert.deepEqual(keptAt(0), [pieces[0]?.text]);
  assert.equal(keptAt(0.2)[0]?.trim(), cache.trim());
  assert.deepEqual(
    keptAt(0.2, 'Wer weiss?'),
    [pieces[0]?.text],
    'where nothing is relevant, all of it stays',
  );
});

describe('what repeats', () => {
  test('the same piece is kept once, where it stands first', () => {
    assert.deepEqual(kept([piece(PARAGRAPH), piece('Another.'), piece(`  ${PARAGRAPH}\n`)], '', null), [
      PARAGRAPH,
      'Another.',
      '',
    ]);
  });

  test('a part that two pieces share is left out of the second, and the rest of it stays', () => {
    const second = `${PARAGRAPH}\n\nWhat nobody said before stands here.`;
    assert.deepEqual(
      kept([piece(PARAGRAPH), piece(second)], '', null)[1],
      'What nobody said before stands here.',
    );
  });

  test('what a piece repeats of itself stays: in a log it means something', () => {
    const log = 'The connection to the server on port 8080 was lost again and is tried anew now. '.repeat(5);
    assert.deepEqual(reasons([piece(log)]), [[]]);
  });

  test('short sentences repeat by chance, and stay', () => {
    assert.deepEqual(reasons([piece('Yes. It does.'), piece('Yes. It does not work with me, though.')]), [
      [],
      [],
    ]);
  });

  test('the same words with other signs between them are a near duplicate in prose', () => {
    assert.deepEqual(
      reasons([piece(PARAGRAPH), piece(PARAGRAPH.replace('week.', 'week!').replace(',', ';'))])[1],
      ['nearDuplicate'],
    );
  });

  test('prose that differs in one number stays while there is room, and goes first when there is none', () => {
    const words = Array.from(
      { length: 90 },
      (_, index) => `word${String.fromCharCode(97 + (index % 26), 97 + index / 4)}`,
    );
    const text = (days: number) => `It keeps ${words.join(' ')} for ${days} days.`;
    const pieces = [piece(text(7)), piece(text(14))];
    assert.deepEqual(reasons(pieces), [[], []]);
    assert.deepEqual(reasons(pieces, 10_000), [[], ['nearDuplicate']]);
  });

  test('code that differs in one sign alone is not the same', () => {
    const code = (sign: string) =>
      `function isOlder(one, other) {\n  const first = one.age + 1;\n  const second = other.age + 1;\n  return first ${sign} second;\n}\n`;
    assert.deepEqual(reasons([piece(code('<')), piece(code('>'))]), [[], []]);
    assert.deepEqual(reasons([piece(code('<')), piece(code('<'))])[1], ['duplicate']);
    assert.deepEqual(reasons([piece(code('<')), piece(code('>'))], 10_000)[1], ['nearDuplicate']);
  });
});

describe('what is least relevant', () => {
  test('the sentence that answers stays, and the others go', () => {
    const filler = 'The weather was mild and everybody went for a walk in the park by the river. '.repeat(20);
    const text = `${filler}The treaty was signed in 1648 in Westphalia. ${filler}`;
    const [left] = kept([piece(text)], 'When was the treaty signed?', 400);
    assert.match(left ?? '', /signed in 1648/);
    assert.ok((left ?? '').length <= 400);
  });

  test('identifiers are found by their parts, in whatever case they are written', () => {
    const functions = ['parse_http_request', 'renderPanel', 'closeWindow', 'openDatabase'].map(
      (name) => `function ${name}(a) {\n  const b = a + 1;\n  return b;\n}\n`,
    );
    const [left] = kept([piece(functions.join('\n'))], 'What does parseHTTPRequest return?', 80);
    assert.match(left ?? '', /parse_http_request/);
  });

  test('Chinese is found by its pairs of characters', () => {
    const other = '今天天气很好我们去公园散步。'.repeat(30);
    const [left] = kept(
      [piece(`${other}条约于1648年在威斯特伐利亚签署。${other}`)],
      '条约是什么时候签署的？',
      60,
    );
    assert.match(left ?? '', /条约于1648年/);
  });

  test('Arabic is found by its words', () => {
    const other = 'كان الطقس جميلا وذهبنا إلى الحديقة. '.repeat(30);
    const [left] = kept([piece(`${other}وقعت المعاهدة في مدينة مونستر. ${other}`)], 'أين وقعت المعاهدة؟', 80);
    assert.match(left ?? '', /مونستر/);
  });

  test('a question that has nothing to do with it keeps what comes first', () => {
    const text =
      'One thing is here to be said of it. Another thing is here to be said of it too, at more length.';
    assert.deepEqual(kept([piece(text)], '🙂', 40), ['One thing is here to be said of it. ']);
  });
});

const TEXTS = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.base64String({ maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        'function a() {',
        '  return 1;',
        '}',
        '',
        '// why',
        '한국어. 中文。',
        'One two. Three!',
        '🙂',
        '\ud83d',
      ),
      { maxLength: 40 },
    )
    .map((lines) => lines.join('\n')),
);

test('whatever the pieces are, their units are the whole text in its order', () => {
  fc.assert(
    fc.property(fc.array(TEXTS, { maxLength: 6 }), TEXTS, (texts, question) => {
      const units = rankPieces(
        texts.map((text) => piece(text)),
        question,
      );
      for (const [index, text] of texts.entries()) {
        const own = units.filter((unit) => unit.piece === index);
        assert.equal(own.map(({ start, end }) => text.slice(start, end)).join(''), text);
        assert.ok(own.every(({ start, end }) => end > start));
      }
    }),
  );
});

test('whatever the pieces are, what is kept are whole units in their order, and no more than there is room for', () => {
  fc.assert(
    fc.property(fc.array(TEXTS, { maxLength: 6 }), TEXTS, fc.nat(400), (texts, question, room) => {
      const pieces = texts.map((text) => piece(text));
      const units = rankPieces(pieces, question);
      const fit = createFitter(pieces, question).fit(room);
      for (const [index, gaps] of fit.entries()) {
        const edges = new Set(
          units.filter((unit) => unit.piece === index).flatMap(({ start, end }) => [start, end]),
        );
        let at = 0;
        for (const { start, end } of gaps) {
          assert.ok(start >= at && end > start && edges.has(start) && edges.has(end));
          at = end;
        }
      }
      const text = texts.map((one, index) => keptText(one, fit[index] ?? []));
      // Gaps shorter than their marker are not made.
      const most = room + 48 * units.length;
      assert.ok(text.join('').length <= most);
    }),
  );
});
