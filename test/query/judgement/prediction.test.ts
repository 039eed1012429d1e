import { describe, expect, test } from 'vitest';
import { fitted, learnRun, noRuns, worth } from '../../../src/query/judgement/calibration.ts';
import { gainOf, judging, scoreOf } from '../../../src/query/judgement/judgement.ts';
import { contextFactor, learnTask, noTexts, patternFactor, pluginsFactor, similarityFactor } from '../../../src/query/judgement/score.ts';
import { wordsOf } from '../../../src/query/judgement/words.ts';
import { type Advice, adviceFor, successPrediction } from '../../../src/query/success-prediction.ts';
import { execution, judged } from '../../support/occurrences.ts';
import { random } from '../../support/random.ts';

const PLAN = { patternId: undefined, steps: [], taskDescription: '' };

describe('the score', () => {
  test('is the weighted sum', () => {
    expect(scoreOf({ pattern: 0.9, plugins: 0.94, context: 0.66, similarity: 0.85 })).toBe(0.859);
  });

  test('of a perfect pattern without shared words is 0.70, of a coin-flip with matching words 0.74', () => {
    const perfect = judged(Array.from({ length: 12 }, () => execution({ patternId: 'sure', taskDescription: 'alpha', steps: [{}] })));
    const found = successPrediction(perfect, { ...PLAN, patternId: 'sure', taskDescription: 'omega' });
    expect(found).toMatchObject({ score: 0.7, advice: 'PROCEED_WITH_CARE', n: 12 });

    const runs = Array.from({ length: 20 }, (_, run) =>
      execution({
        patternId: 'coin flip',
        taskDescription: 'coin flip',
        status: run % 2 ? 'success' : 'failed',
        steps: [{ status: run % 5 ? 'success' : 'failed' }],
      }),
    );
    expect(successPrediction(judged(runs), { ...PLAN, patternId: 'coin flip', taskDescription: 'Coin: flip!' }).score).toBe(0.74);
  });

  test.for([
    [0, 0, 0.5],
    [1, 1, 0.55],
    [5, 5, 0.75],
    [10, 10, 1],
    [0, 5, 0.25],
    [30, 40, 0.75],
  ] as const)('%i successes of %i runs count as %d', ([successes, executions, expected]) => {
    expect(patternFactor(successes, executions)).toBeCloseTo(expected, 12);
  });

  test('required plugins count double, unknown ones 0.5', () => {
    const [sure, unknown] = [
      { reliability: 1, required: true },
      { reliability: undefined, required: false },
    ];
    expect(pluginsFactor([sure, unknown])).toBeCloseTo(2.5 / 3, 12);
    expect(pluginsFactor([sure, { ...unknown, required: true }])).toBe(0.75);
    expect(pluginsFactor([])).toBe(0.5);
  });

  test('words of a name and of past tasks are the context', () => {
    const texts = noTexts();
    learnTask(texts, wordsOf('Build the API'), true);
    learnTask(texts, wordsOf('Test the API'), false);
    // build, the, api, test, rest; asked for: fix, the, api: 2 of 6.
    expect(contextFactor(wordsOf('Fix the API'), 'rest', texts)).toBeCloseTo((0.8 * 2) / 6, 12);
    expect(contextFactor(wordsOf('Fix the REST-API'), 'rest', texts)).toBeCloseTo((0.8 * 3) / 6 + 0.2, 12);
    expect(contextFactor([], '', noTexts())).toBe(0);
    // the successful one alone: build the api
    expect(similarityFactor(wordsOf('build an api'), texts.won)).toBeCloseTo(2 / 3, 12);
  });

  test('the last 100 tasks and the last 10 successful ones count', () => {
    const texts = noTexts();
    for (let task = 0; task < 130; task++) learnTask(texts, wordsOf(`common task${task}`), true);
    expect(texts.words.size).toBe(101);
    expect(texts.words.get('common')).toBe(100);
    expect(texts.words.has('task29')).toBe(false);
    expect(similarityFactor(['task119'], texts.won)).toBe(0);
    expect(similarityFactor(['task120'], texts.won)).toBeGreaterThan(0.7);
  });

  test.for<[number, Advice]>([
    [1, 'PROCEED'],
    [0.85, 'PROCEED'],
    [0.8499, 'PROCEED_WITH_CARE'],
    [0.7, 'PROCEED_WITH_CARE'],
    [0.6999, 'REVIEW'],
    [0.5, 'REVIEW'],
    [0.4999, 'AVOID'],
  ])('%d is advised to %s', ([score, advice]) => {
    expect(adviceFor(score)).toBe(advice);
  });
});

describe('the probability', () => {
  const truth = (score: number) => 1 / (1 + Math.exp(-(1 + 8 * (score - 0.7))));

  test('has an interval that holds the true one 95 % of the time', () => {
    const draw = random(1);
    let [held, asked] = [0, 0];
    for (let history = 0; history < 300; history++) {
      const calibrator = noRuns();
      for (let run = 0; run < 400; run++) {
        const score = 0.4 + 0.6 * draw();
        learnRun(calibrator, score, draw() < truth(score));
      }
      for (const score of [0.5, 0.7, 0.9]) {
        const { value, lower, upper } = worth(fitted(calibrator), score);
        expect(lower).toBeLessThan(value);
        expect(value).toBeLessThan(upper);
        asked++;
        if (lower <= truth(score) && truth(score) <= upper) held++;
      }
    }
    expect(held / asked).toBeGreaterThan(0.92);
    expect(held / asked).toBeLessThan(0.985);
  });

  test('stays at the base rate where runs are few, and where the score says nothing', () => {
    expect(worth(noRuns().fit, 0.9)).toMatchObject({ value: 0.5 });
    const few = noRuns();
    for (const [score, success] of [
      [0.5, false],
      [0.6, true],
      [0.7, true],
      [0.9, true],
    ] as const)
      learnRun(few, score, success);
    const { value, lower, upper } = worth(few.fit, 0.95);
    expect(value).toBeGreaterThan(0.6);
    expect(value).toBeLessThan(0.85);
    expect(upper - lower).toBeGreaterThan(0.4);
    const draw = random(2);
    const useless = noRuns();
    for (let run = 0; run < 5000; run++) learnRun(useless, draw(), draw() < 0.8);
    for (const score of [0.2, 0.9]) expect(worth(useless.fit, score).value).toBeCloseTo(0.8, 1);
  });
});

describe('in a replay', () => {
  /** Patterns that succeed rarely, mostly or nearly always; the words of a task say nothing. */
  function history(runs: number) {
    const draw = random(4);
    return Array.from({ length: runs }, () => {
      const pattern = Math.floor(9 * draw());
      const success = draw() < ([0.3, 0.75, 0.97][pattern % 3] ?? 0);
      const word = () => `word${Math.floor(30 * draw())}`;
      return execution({
        patternId: `p${pattern}`,
        taskDescription: `${word()} ${word()} ${word()}`,
        status: success ? 'success' : 'failed',
        steps: [{ plugin: 'everywhere' }],
      });
    });
  }

  test('the probabilities are better than the base rate, and say what runs of such a score came to', () => {
    const state = judged(history(3000));
    const { n, errors, baseErrors } = state.scores.brier;
    expect(n).toBe(3000);
    expect(errors / n).toBeLessThan(0.85 * (baseErrors / n));
    for (const [pattern, rate] of [
      ['p0', 0.3],
      ['p1', 0.75],
      ['p2', 0.97],
    ] as const) {
      const { probability } = successPrediction(state, { ...PLAN, patternId: pattern, taskDescription: 'word1 word2 word3' });
      expect(Math.abs(probability - rate)).toBeLessThan(0.1);
    }
  });

  test('a factor that helps is told from those that do not', () => {
    const state = judged(history(1500));
    expect(gainOf(state.scores, 'pattern')).toMatchObject({ helped: true, n: 1500 });
    expect(gainOf(state.scores, 'context').helped).toBe(false);
    const { factors } = successPrediction(state, { ...PLAN, patternId: 'p1' });
    expect(factors.map(({ name, weight }) => [name, weight])).toEqual([
      ['pattern', 0.4],
      ['plugins', 0.3],
      ['context', 0.2],
      ['similarity', 0.1],
    ]);
    const explanations = Object.fromEntries(factors.map(({ name, explanation }) => [name, explanation]));
    expect(explanations['pattern']).toMatch(
      / of \d+ runs succeeded\. In the replay of 1500 runs it helped: the Brier score is 0\.\d{4} with it and/,
    );
    expect(explanations['context']).toMatch(/In the replay of 1500 runs it did not help/);
  });

  test('nothing is told before there are runs', () => {
    const found = successPrediction(judging.empty(), { ...PLAN, patternId: 'new' });
    expect(found).toMatchObject({ score: 0.35, probability: 0.5, n: 0, calibration: null, advice: 'AVOID' });
    expect(found.factors[0]?.explanation).toBe('new has no run yet: 0.5. Whether it helps cannot be told from 0 runs.');
  });
});
