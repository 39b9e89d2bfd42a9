/** The circuit breaker of an endpoint: when nothing is sent there, who tries it again, and what a person sees of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, FarthingError } from '../../../protocol/errors.ts';
import { createHealth } from '../../../server/pipeline/health.ts';
import { testClock } from '../../support/pipeline-fakes.ts';

const URL_A = 'http://a.test/v1';
const URL_B = 'http://b.test/v1';

const fault = (code: ErrorCode = 'providerDown') => new FarthingError(code, `the sentence of ${code}`);

function setUp() {
  const clock = testClock();
  let news = 0;
  const health = createHealth({
    clock,
    changed: () => {
      news += 1;
    },
  });
  const admit = (baseUrl = URL_A) => {
    const admission = health.admit(baseUrl);
    assert.ok(admission.admitted, 'the endpoint is open to requests');
    return admission;
  };
  const waitMs = (baseUrl = URL_A) => {
    const admission = health.admit(baseUrl);
    return admission.admitted ? 0 : admission.retryAfterMs;
  };
  const fail = (times: number, code: ErrorCode = 'providerDown') => {
    for (let time = 0; time < times; time++) admit().ended(fault(code));
  };
  const newsOf = (act: () => void) => {
    const before = news;
    act();
    return news - before;
  };
  return { clock, health, admit, waitMs, fail, newsOf, of: () => health.of(URL_A) };
}

test('an endpoint that nobody used is closed and has no past', () => {
  assert.deepEqual(setUp().of(), {
    baseUrl: URL_A,
    circuit: 'closed',
    opensAt: null,
    failuresInRow: 0,
    lastSuccessAt: null,
    lastError: null,
  });
});

test('five faults in a row open the circuit for 30 seconds, and for no other endpoint', () => {
  const { clock, fail, waitMs, of } = setUp();
  fail(4);
  assert.equal(of().circuit, 'closed');
  fail(1);
  assert.deepEqual(of(), {
    baseUrl: URL_A,
    circuit: 'open',
    opensAt: clock.now() + 30_000,
    failuresInRow: 5,
    lastSuccessAt: null,
    lastError: { code: 'providerDown', message: 'the sentence of providerDown', at: clock.now() },
  });
  assert.equal(waitMs(), 30_000);
  assert.equal(waitMs(URL_B), 0);
  clock.advance(29_999);
  assert.equal(waitMs(), 1);
});

test('a success between faults begins the count anew', () => {
  const { admit, fail, of } = setUp();
  fail(4);
  admit().ended(null);
  fail(4);
  assert.equal(of().circuit, 'closed');
});

for (const code of ['network', 'timeout', 'providerDown', 'malformedStream', 'cutStream'] as const) {
  test(`"${code}" is a fault of the endpoint`, () => {
    const { fail, of } = setUp();
    fail(5, code);
    assert.equal(of().circuit, 'open');
  });
}

for (const code of [
  'rateLimited',
  'keyRefused',
  'badRequest',
  'noSuchModel',
  'contextTooLong',
  'quotaExceeded',
] as const) {
  test(`"${code}" is an answer: it opens nothing, and is shown as the last error`, () => {
    const { fail, of } = setUp();
    fail(4);
    fail(9, code);
    assert.equal(of().circuit, 'closed');
    assert.equal(of().failuresInRow, 0);
    assert.equal(of().lastError?.code, code);
  });
}

for (const code of ['cancelled', 'deadline', 'notCached', 'noKey', 'internal'] as const) {
  test(`"${code}" says nothing of the endpoint`, () => {
    const { fail, of, newsOf } = setUp();
    fail(4);
    assert.equal(
      newsOf(() => fail(9, code)),
      0,
    );
    assert.equal(of().failuresInRow, 4);
    assert.equal(of().lastError?.code, 'providerDown');
  });
}

test('after the pause exactly one call tries the endpoint, and the others ask again every second', () => {
  const { clock, fail, admit, waitMs, of } = setUp();
  fail(5);
  clock.advance(30_000);
  assert.equal(of().circuit, 'half-open', 'the pause is over, so the next call may try');
  assert.equal(of().opensAt, null);
  const probe = admit();
  assert.deepEqual([waitMs(), waitMs()], [1000, 1000]);
  probe.ended(null);
  assert.deepEqual([waitMs(), waitMs()], [0, 0]);
  assert.equal(of().circuit, 'closed');
  assert.equal(of().failuresInRow, 0);
});

test('each try that fails doubles the pause, up to five minutes; a success forgets it', () => {
  const { clock, fail, admit, waitMs } = setUp();
  fail(5);
  const pauses: number[] = [];
  for (let time = 0; time < 6; time++) {
    pauses.push(waitMs());
    clock.advance(waitMs());
    fail(1);
  }
  assert.deepEqual(pauses, [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
  clock.advance(waitMs());
  admit().ended(null);
  fail(5);
  assert.equal(waitMs(), 30_000);
});

test('who is back on the network does not wait longer for having been away for long', () => {
  const { clock, fail, waitMs } = setUp();
  fail(5, 'network');
  for (let time = 0; time < 6; time++) {
    clock.advance(waitMs());
    fail(1, 'network');
    assert.equal(waitMs(), 30_000);
  }
});

test('a refusal of the request by the endpoint under trial closes its circuit', () => {
  const { clock, fail, of } = setUp();
  fail(5);
  clock.advance(30_000);
  fail(1, 'keyRefused');
  assert.equal(of().circuit, 'closed');
});

test('a try that was cancelled leaves the next call to try', () => {
  const { clock, fail, waitMs, admit, of } = setUp();
  fail(5);
  clock.advance(30_000);
  const probe = admit();
  assert.equal(waitMs(), 1000);
  probe.ended(fault('cancelled'));
  assert.equal(of().circuit, 'half-open');
  admit().ended(null);
  assert.equal(of().circuit, 'closed');
});

test('a try that never ends is taken for lost after two minutes', () => {
  const { clock, fail, waitMs, admit, of } = setUp();
  fail(5);
  clock.advance(30_000);
  const lost = admit();
  clock.advance(119_500);
  assert.equal(waitMs(), 500);
  clock.advance(500);
  const second = admit();
  assert.equal(waitMs(), 1000, 'and there is one again');
  lost.ended(fault());
  assert.equal(of().circuit, 'half-open', 'what is lost has no say any more');
  second.ended(null);
  assert.equal(of().circuit, 'closed');
});

test('a long answer lets others in when it begins, and is on trial until it ends', () => {
  const { clock, fail, waitMs, admit, of } = setUp();
  fail(5);
  clock.advance(30_000);
  const probe = admit();
  probe.answering();
  assert.equal(of().circuit, 'closed');
  assert.equal(waitMs(), 0);
  probe.ended(fault('cutStream'));
  assert.equal(of().circuit, 'open');
  assert.equal(waitMs(), 60_000, 'it is a try that failed');
});

test('calls that began before the circuit opened do not move it any more', () => {
  const { clock, fail, waitMs, admit, of } = setUp();
  const [slow, slower, slowest] = [admit(), admit(), admit()];
  fail(5);
  clock.advance(10_000);
  slow.ended(fault('timeout'));
  assert.equal(waitMs(), 20_000, 'the pause is not longer for it');
  assert.equal(of().lastError?.code, 'timeout');
  clock.advance(20_000);
  const probe = admit();
  slower.ended(fault());
  assert.equal(of().circuit, 'half-open', 'it is not the one that tries');
  slowest.ended(null);
  assert.equal(of().circuit, 'half-open');
  assert.equal(of().lastSuccessAt, clock.now());
  probe.ended(null);
  assert.equal(of().circuit, 'closed');
});

test('a test of the connection that went well closes the circuit and takes back the last error', () => {
  const { health, fail, waitMs, of, newsOf } = setUp();
  fail(5);
  assert.equal(
    newsOf(() => health.reset(URL_A)),
    1,
  );
  assert.equal(waitMs(), 0);
  assert.deepEqual([of().circuit, of().failuresInRow, of().lastError], ['closed', 0, null]);
});

test('successes in a row are news once a minute, a change at once', () => {
  const { clock, admit, fail, newsOf, of } = setUp();
  const succeed = () => admit().ended(null);
  assert.equal(newsOf(succeed), 1, 'the first');
  assert.equal(newsOf(succeed), 0);
  clock.advance(59_999);
  assert.equal(newsOf(succeed), 0);
  assert.equal(of().lastSuccessAt, clock.now(), 'who asks hears of it all the same');
  clock.advance(1);
  assert.equal(newsOf(succeed), 1);
  assert.equal(
    newsOf(() => fail(1)),
    1,
  );
  clock.advance(1);
  assert.equal(newsOf(succeed), 1, 'well again');
  assert.equal(newsOf(succeed), 0);
  fail(5);
  clock.advance(30_000);
  assert.equal(
    newsOf(() => void admit()),
    1,
    'half-open',
  );
});

test('whatever happens, an endpoint under trial has one try, and one that is well again is used again', () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('admit' as const) }),
    fc.record({
      act: fc.constant('end' as const),
      which: fc.nat(20),
      code: fc.constantFrom<ErrorCode | null>(null, 'network', 'timeout', 'rateLimited', 'cancelled'),
    }),
    fc.record({ act: fc.constant('advance' as const), milliseconds: fc.nat(200_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, health, of } = setUp();
      const running: { ended: (error: FarthingError | null) => void; tries: boolean; since: number }[] = [];
      for (const one of steps) {
        if (one.act === 'advance') clock.advance(one.milliseconds);
        else if (one.act === 'end') {
          const [request] = running.splice(one.which % (running.length || 1), 1);
          request?.ended(one.code === null ? null : fault(one.code));
        } else {
          const admission = health.admit(URL_A);
          const tries = of().circuit === 'half-open';
          if (!admission.admitted) {
            assert.ok(admission.retryAfterMs > 0 && admission.retryAfterMs <= 300_000);
            assert.notEqual(of().circuit, 'closed');
          } else running.push({ ended: admission.ended, tries, since: clock.elapsed() });
        }
        const trying = running.filter(({ tries, since }) => tries && clock.elapsed() - since < 120_000);
        if (of().circuit === 'half-open') assert.ok(trying.length <= 1, 'one try at a time');
      }
      clock.advance(300_000);
      const admission = health.admit(URL_A);
      assert.ok(admission.admitted, 'no circuit stays open for ever');
      admission.ended(null);
      assert.equal(of().circuit, 'closed');
      assert.ok(health.admit(URL_A).admitted);
    }),
    { numRuns: 500 },
  );
});
