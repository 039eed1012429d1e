import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { Log } from '../../src/log/log.ts';
import { Questions } from '../../src/query/query.ts';
import { type Api, execution, RECORD, startApi } from '../support/api.ts';

let api: Api;
afterEach(async () => {
  vi.restoreAllMocks();
  await api.remove();
});

const SECRET = 'EACCES: /home/someone/secret at 10.0.0.7';

describe('an error that nobody foresaw', () => {
  test('is masked, with an id under which the log tells all of it; the other fields answer', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', chunk => lines.push(String(chunk)));
    api = await startApi({}, { logger: pino({ level: 'error' }, stream) });
    vi.spyOn(Questions.prototype, 'overview').mockImplementation(() => Promise.reject(new TypeError(SECRET)));
    const { status, data, errors, text } = await api.ask('{ overview { asOf } logStatus { accepted } }');
    expect(status).toBe(200);
    expect(data).toEqual({ overview: null, logStatus: { accepted: 0 } });
    const [error] = errors;
    expect(error).toMatchObject({ path: ['overview'], extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false } });
    expect(error?.message).toContain(error?.extensions.id);
    expect(text).not.toMatch(/secret|someone|10\.0\.0\.7|TypeError|node_modules|\.ts/);
    const logged = lines.filter(line => line.includes(String(error?.extensions.id)));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(SECRET);
    expect(logged[0]).toContain('api-errors.test.ts');
  });

  test('also where it is no Error at all', async () => {
    api = await startApi();
    vi.spyOn(Questions.prototype, 'overview').mockImplementation(() => Promise.reject(SECRET));
    const { errors, text } = await api.ask('{ overview { asOf } }');
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, id: expect.any(String) } }]);
    expect(text).not.toContain('secret');
  });

  test('also where the answer cannot be told', async () => {
    api = await startApi();
    vi.spyOn(Questions.prototype, 'phaseDurations').mockImplementation(async () => [{ phase: { SECRET } } as never]);
    const { errors, text } = await api.ask('{ phaseDurations { phases { phase } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false } }]);
    expect(text).not.toContain('secret');
  });
});

test('an error of ours keeps its code, whether to retry, and its field, and drops its cause', async () => {
  api = await startApi();
  const errors = [
    new MetricsError('TIMEOUT', 'too long', { cause: new Error(SECRET) }),
    new MetricsError('STORAGE_FULL', 'no room', { field: ['a', '0'] }),
  ];
  for (const error of errors) {
    vi.spyOn(Questions.prototype, 'overview').mockImplementation(() => Promise.reject(error));
    const answer = await api.ask('{ overview { asOf } }');
    expect(answer.errors).toMatchObject([{ message: error.message }]);
    expect(answer.errors[0]?.extensions).toEqual({
      code: error.code,
      retryable: true,
      ...(error.field.length > 0 ? { field: error.field } : {}),
    });
    expect(answer.text).not.toContain('secret');
  }
});

describe('stopping', () => {
  test('finishes the recordings that run, then takes no new ones, and holds no connection', async () => {
    api = await startApi();
    let arrived = 0;
    let open = () => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    const upToDate = Log.prototype.upToDate;
    const held = vi.spyOn(Log.prototype, 'upToDate').mockImplementation(async function (this: Log) {
      arrived++;
      await gate;
      return upToDate.call(this);
    });
    // Each answer waits for its pattern, behind the gate; a connection that is only kept must not hold the stop up either.
    await Promise.all(Array.from({ length: 4 }, () => api.ask('{ __typename }')));
    const running = Array.from({ length: 4 }, (_, n) => api.ask(RECORD, { input: execution(`last-${n}`) }));
    await vi.waitFor(() => expect(arrived).toBe(4));
    const before = performance.now();
    const closed = api.close();
    await vi.waitFor(() => expect(api.ask('{ __typename }')).rejects.toThrow());
    held.mockRestore();
    open();
    for (const [n, answer] of (await Promise.all(running)).entries()) {
      expect(answer).toMatchObject({
        status: 200,
        errors: [],
        data: { recordExecution: { executionId: `last-${n}`, pattern: { patternId: 'p-api' } } },
      });
      expect(answer.headers.get('connection')).toBe('close');
    }
    await closed;
    expect(performance.now() - before).toBeLessThan(5000);
    for (let n = 0; n < 4; n++) expect(await api.read('journal.log')).toContain(`,last-${n},`);
  });

  test('closed and opened again on the same directory, it goes on where it was', async () => {
    api = await startApi();
    const first = await api.ask(RECORD, { input: execution('before') });
    await api.close();
    const again = await startApi({}, { directory: api.directory });
    try {
      const { data } = await again.ask('{ logStatus { position accepted } recordedExecution(executionId: "before") { executionId } }');
      expect(data).toEqual({
        logStatus: { position: first.data.recordExecution.position, accepted: 0 },
        recordedExecution: { executionId: 'before' },
      });
      const repeated = await again.ask(RECORD, { input: execution('before') });
      expect(repeated.data.recordExecution).toMatchObject({ duplicate: true, pattern: { successRate: { total: 1 } } });
    } finally {
      await again.close();
    }
  });
});
