import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianRanks } from '../../src/query/median-interval.ts';
import { rate } from '../../src/query/rate.ts';
import { stretchesOf, worstFirst } from '../../web/dashboard/changes/change-order.ts';
import { colourAt, inkOn } from '../../web/dashboard/charts/palette.ts';
import { csv } from '../../web/dashboard/figures/csv.ts';
import { countsDiffer, differenceOf, sizesOf } from '../../web/dashboard/figures/difference.ts';
import { bucketName, duration, durationInterval, interval, rateText, shortened } from '../../web/dashboard/figures/format.ts';
import { notablePairs, verdictOf } from '../../web/dashboard/pairs/pair-verdict.ts';
import { normal, random } from '../support/random.ts';

const rates = fc.integer({ min: 1, max: 500 }).chain(total => fc.integer({ min: 0, max: total }).map(successes => rate(successes, total)));

describe('the difference of two rates', () => {
  test('is that of Newcombe’s paper, method 10', () => {
    // Table II of "Interval estimation for the difference between independent proportions", 1998: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10.
    const cases = [
      [56, 70, 48, 80, 0.0524, 0.3339],
      [9, 10, 3, 10, 0.1705, 0.809],
      [10, 10, 0, 10, 0.6075, 1],
      [0, 10, 0, 10, -0.2775, 0.2775],
    ] as const;
    for (const [a, m, b, n, lower, upper] of cases) {
      const found = differenceOf(rate(a, m), rate(b, n));
      expect(found?.lower).toBeCloseTo(lower, 4);
      expect(found?.upper).toBeCloseTo(upper, 4);
    }
  });

  test('holds its value, turns with its sides, and is real only away from 0', () => {
    fc.assert(
      fc.property(rates, rates, (a, b) => {
        const [there, back] = [differenceOf(a, b), differenceOf(b, a)];
        expect(there).toBeDefined();
        expect(there?.value).toBeGreaterThanOrEqual((there?.lower ?? 0) - 1e-12);
        expect(there?.value).toBeLessThanOrEqual((there?.upper ?? 0) + 1e-12);
        expect(back?.value).toBeCloseTo(-(there?.value ?? 0), 12);
        expect(back?.lower).toBeCloseTo(-(there?.upper ?? 0), 12);
        expect(there?.real).toBe((there?.lower ?? 0) > 0 || (there?.upper ?? 0) < 0);
      }),
    );
  });

  test('is none where nothing ran', () => expect(differenceOf(rate(0, 0), rate(1, 2))).toBeUndefined());

  test('counts differ by more than chance, or not', () => {
    expect(countsDiffer(432, 435)).toBe(false);
    expect(countsDiffer(100, 200)).toBe(true);
    expect(countsDiffer(0, 0)).toBe(false);
  });
});

describe('the difference of two medians', () => {
  const estimate = (value: number, lower: number, upper: number) => ({ value, lower, upper });
  test('goes as far below as the sides’ distances to their nearer ends make together at right angles, and above', () => {
    expect(differenceOf(estimate(10, 7, 12), estimate(20, 15, 24))).toEqual({
      value: -10,
      lower: -15,
      upper: -10 + Math.hypot(2, 5),
      real: true,
    });
  });

  test('is real by its least and most where its interval leaves out 0, chance where it holds it, none where a side has no interval', () => {
    const slower = differenceOf(estimate(20, 19, 21), estimate(10, 9, 11));
    expect(slower?.real).toBe(true);
    const [least, most] = slower ? sizesOf(slower) : [];
    expect(least).toBeCloseTo(10 - Math.SQRT2, 12);
    expect(most).toBeCloseTo(10 + Math.SQRT2, 12);
    expect(differenceOf(estimate(10.5, 9, 12), estimate(10, 9, 11))?.real).toBe(false);
    expect(differenceOf(estimate(10.5, 9, 12), { value: 10, lower: null, upper: null })).toBeUndefined();
  });

  test.for([6, 14, 30, 200])(
    'of %i runs each: where nothing changed at most one in twenty is real; from 30 on three times as long is found',
    n => {
      const draw = random(20260301 + n);
      const medianOf = (scale: number) => {
        const sorted = Float64Array.from({ length: n }, () => scale * Math.exp(normal(draw))).sort();
        const { lower = 1, upper = n } = medianRanks(n) ?? {};
        return estimate(sorted[Math.ceil(n / 2) - 1] ?? 0, sorted[lower - 1] ?? 0, sorted[upper - 1] ?? 0);
      };
      const samples = 500;
      let [alike, longer] = [0, 0];
      for (let sample = 0; sample < samples; sample++) {
        if (differenceOf(medianOf(1), medianOf(1))?.real) alike++;
        if (differenceOf(medianOf(3), medianOf(1))?.real) longer++;
      }
      expect(alike / samples).toBeLessThanOrEqual(0.05);
      if (n >= 30) expect(longer / samples).toBeGreaterThan(0.8);
    },
  );
});

describe('figures as text', () => {
  test.for([
    [0, '0 ms'],
    [0.25, '250 ms'],
    [12.34, '12.3 s'],
    [59.96, '1 min'],
    [61.042, '1 min 1 s'],
    [3600, '1 h'],
    [7384, '2 h 3 min'],
    [270_000, '3 d 3 h'],
    [null, '–'],
  ] as const)('%s seconds: %s', ([seconds, expected]) => expect(duration(seconds)).toBe(expected));

  test.for([
    [3.2, 3.61, '3.2–3.61 s'],
    [0, 0.25, '0–250 ms'],
    [0.25, 1.2, '250 ms – 1.2 s'],
    [58.1, 66, '58.1 s – 1 min 6 s'],
    [62, 66, '1 min 2 s – 1 min 6 s'],
    [60, 62, '1 min – 1 min 2 s'],
    [60, 120, '1–2 min'],
  ] as const)('from %s to %s seconds: %s', ([lowerSeconds, upperSeconds, expected]) =>
    expect(durationInterval({ lowerSeconds, upperSeconds })).toBe(expected),
  );

  test('a rate with its interval and n', () => {
    expect(rateText(rate(5, 5))).toBe('100% of 5 (56.6–100%)');
    expect(rateText(rate(0, 0))).toBe('none');
    expect(interval(rate(0, 0))).toBe('–');
  });

  test('a day of 25 hours says so', () => {
    const sunday = { start: '2026-10-24T22:00:00Z', end: '2026-10-25T23:00:00Z' };
    expect(bucketName(sunday, 'DAY', 'Europe/Berlin')).toBe('25 Oct 2026 (a day of 25 hours)');
  });

  test('long names are cut between characters', () => {
    expect(shortened('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2)).toBe('👩‍👩‍👧‍👦…');
    expect(shortened('short', 10)).toBe('short');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, length) => {
        const cut = shortened(text, length);
        expect(cut === text || cut.endsWith('…')).toBe(true);
        expect([...new Intl.Segmenter('en').segment(cut)].length).toBeLessThanOrEqual(Math.max(length, 1));
      }),
    );
  });
});

describe('CSV', () => {
  test('is read as it was, whatever the texts', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter(text => !/^[=+\-@\t\r]/.test(text) && text !== '');
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.integer()), { minLength: 1 }), rows => {
        const text = csv({
          columns: [
            { name: 'a', value: ([name]) => name },
            { name: 'b, "c"', value: ([, n]) => n },
          ],
          rows,
        });
        expect(parse(text)).toEqual([['a', 'b, "c"'], ...rows.map(([name, n]) => [name, String(n)])]);
      }),
    );
  });

  test('no text becomes a formula', () => {
    expect(csv({ columns: [{ name: 'a', value: (row: string) => row }], rows: ['=1+1', '@x', '-2'] })).toBe("a\r\n'=1+1\r\n'@x\r\n'-2\r\n");
  });
});

describe('changes', () => {
  const change = (fields: object) =>
    ({
      subject: 's',
      kind: 'PATTERN_SUCCESS',
      tier: 'CONFIRMED',
      at: '2026-01-02T00:00:00Z',
      before: 0.9,
      after: 0.5,
      confidence: 1,
      causes: [],
      ...fields,
    }) as const;
  test('what got worse comes first, sure before suspected, then by how far', () => {
    const worst = change({ subject: 'worst', after: 0.1 });
    const bad = change({ subject: 'bad' });
    const suspected = change({ subject: 'suspected', tier: 'SUSPECTED', after: 0 });
    const slower = change({ subject: 'slower', kind: 'PATTERN_DURATION', before: 10, after: 11 });
    const better = change({ subject: 'better', after: 1 });
    expect(worstFirst([better, suspected, slower, bad, worst]).map(({ subject }) => subject)).toEqual([
      'worst',
      'bad',
      'slower',
      'suspected',
      'better',
    ]);
  });

  test('a level goes from the change of the same one before to the one after', () => {
    const at = (day: number) => change({ at: `2026-01-0${day}T00:00:00Z` });
    const all = [at(1), at(3), at(5), change({ subject: 'other', at: '2026-01-04T00:00:00Z' })];
    expect(stretchesOf(at(3), all)).toEqual({
      before: { from: '2026-01-01T00:00:00Z', to: '2026-01-03T00:00:00Z' },
      after: { from: '2026-01-03T00:00:00Z', to: '2026-01-05T00:00:00Z' },
    });
    expect(stretchesOf(at(1), [at(1)])).toEqual({ before: { to: '2026-01-01T00:00:00Z' }, after: { from: '2026-01-01T00:00:00Z' } });
  });
});

describe('pairs', () => {
  const pair = (together: readonly [number, number], apart: readonly [number, number]) => ({
    a: 'a',
    b: 'b',
    executions: together[1],
    support: 0,
    lift: 1,
    successTogether: rate(...together),
    successApart: rate(...apart),
  });
  test('are told where they plainly differ, and both sides have runs', () => {
    const worse = pair([20, 40], [95, 100]);
    expect(verdictOf(worse)).toMatchObject({ word: 'worse together', real: true });
    expect(notablePairs([pair([38, 40], [95, 100]), worse])).toEqual([worse]);
    // Hardly ever apart: the runs apart are those that ended early.
    expect(notablePairs([pair([135, 135], [0, 4])])).toEqual([]);
    expect(verdictOf(pair([5, 5], [0, 0])).word).toBe('never apart');
  });
});

describe('colours', () => {
  test('rise evenly in brightness, so that grey tells their order, and carry ink that can be read', () => {
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
        const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const shares = Array.from({ length: 101 }, (_, percent) => percent / 100);
    const rising = shares.map(share => luminance(colourAt(share, 'cividis')));
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    for (const colours of ['cividis', 'red-green'] as const) {
      for (const share of shares) {
        const [ground, ink] = [luminance(colourAt(share, colours)), luminance(inkOn(colourAt(share, colours)))];
        expect((Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
