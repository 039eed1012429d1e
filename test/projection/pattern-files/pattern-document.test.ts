import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PatternDocument } from '../../../src/projection/pattern-files/pattern-document.ts';
import type { PatternFigure } from '../../../src/projection/pattern-files/pattern-files.ts';
import { fc } from '../../support/properties.ts';

const FIGURE: PatternFigure = {
  patternId: 'p-api',
  name: 'rest-api',
  status: 'validated',
  successRate: 11 / 13,
  executions: 13,
  lastUsed: '2026-03-01T10:02:00Z',
};

function read(text: string, markdown = true): PatternDocument {
  const document = PatternDocument.read(text, markdown);
  if ('refused' in document) throw new Error(document.refused);
  return document;
}

function edited(text: string, markdown = true, figure = FIGURE): string {
  const after = read(text, markdown).with(figure);
  if (typeof after !== 'string') throw new Error(after.refused);
  return after;
}

function refusal(text: string, markdown = true): string {
  const document = PatternDocument.read(text, markdown);
  if ('refused' in document) return document.refused;
  const after = document.with(FIGURE);
  return typeof after === 'string' ? 'taken' : after.refused;
}

describe('figures change in place', () => {
  test('in front matter', () => {
    const before = `---
# Kept by hand.
id: p-api            # as in the logs
success_rate:   0.5  # of all runs
"executions": '4'
last_used: null
status: "discovered"
validated: false
tags: [a,   b]
---
# REST API

success_rate: 0.5 stays in the body.
`;
    expect(edited(before)).toBe(`---
# Kept by hand.
id: p-api            # as in the logs
success_rate:   0.8462  # of all runs
"executions": '13'
last_used: 2026-03-01T10:02:00Z
status: "validated"
validated: true
tags: [a,   b]
---
# REST API

success_rate: 0.5 stays in the body.
`);
  });

  test('in a plain YAML file', () => {
    const before = 'name: rest-api\nsuccess_rate: 1\nexecutions: 3\nlast_used: 2025-01-01\nstatus: learned\n';
    const after = 'name: rest-api\nsuccess_rate: 0.8462\nexecutions: 13\nlast_used: 2026-03-01T10:02:00Z\nstatus: validated\n';
    expect(edited(before, false)).toBe(after);
  });

  test('in the nested shape', () => {
    const before =
      'version: 2\nstatus: draft\npattern:\n  id: p-api\n  status: discovered\n  metrics:\n    total_executions: 4\n    success_rate: 0.5 # ok\n    avg: 3\n';
    const after =
      'version: 2\nstatus: draft\npattern:\n  id: p-api\n  status: validated\n  metrics:\n    total_executions: 13\n    success_rate: 0.8462 # ok\n    avg: 3\n';
    expect(edited(before, false)).toBe(after);
    expect(edited(`---\r\n${before.replaceAll('\n', '\r\n')}---\r\nbody`)).toBe(`---\r\n${after.replaceAll('\n', '\r\n')}---\r\nbody`);
  });

  test('in braces, JSON included', () => {
    const before = '{"pattern": {"id": "p-api", "metrics": {"total_executions":4,"success_rate":0.5}, "status": "learned"}}';
    const after = '{"pattern": {"id": "p-api", "metrics": {"total_executions":13,"success_rate":0.8462}, "status": "validated"}}';
    expect(edited(before, false)).toBe(after);
  });

  test.for([
    ['no value', 'last_used:', 'last_used: 2026-03-01T10:02:00Z'],
    ['no value and blanks', 'last_used:  ', 'last_used: 2026-03-01T10:02:00Z  '],
    ['no value and a comment', 'last_used: # never', 'last_used: 2026-03-01T10:02:00Z # never'],
    ['a tilde', 'last_used: ~', 'last_used: 2026-03-01T10:02:00Z'],
    ['an anchor that nobody uses', 'last_used: &when 2025-01-01', 'last_used: &when 2026-03-01T10:02:00Z'],
    ['two lines', 'last_used: a\n  b', 'last_used: 2026-03-01T10:02:00Z'],
    ['a key after a question mark', '? last_used\n: x', '? last_used\n: 2026-03-01T10:02:00Z'],
  ])('where there is %s', ([, before, after]) => {
    const rest = 'id: p-api\nsuccess_rate: 0.8462\nexecutions: 13\nstatus: validated\n';
    expect(edited(`${rest}${before}\n`, false)).toBe(`${rest}${after}\n`);
    expect(edited(`${before}\n${rest}`, false)).toBe(`${after}\n${rest}`);
  });

  test.for([
    'success_rate: 0.84615384',
    'success_rate: "0.8462"',
    'executions: 13.0',
    'last_used: 2026-03-01T10:02:00.000Z',
    'last_used: 2026-03-01T12:02:00+02:00',
    'status: VALIDATED',
    'validated: yes',
    'validated: True',
    'validated: 2025-11-30',
    'validated:',
  ])('not where the file says so already: %s', line => {
    const all = ['success_rate: 0.8462', 'executions: 13', 'last_used: 2026-03-01T10:02:00Z', 'status: validated'];
    const others = all.filter(other => other.split(':')[0] !== line.split(':')[0]);
    const text = ['id: p-api', line, ...others, ''].join('\n');
    const expected = line === 'validated:' ? text.replace('validated:\n', 'validated: true\n') : text;
    expect(edited(text, false)).toBe(expected);
  });
});

describe('a figure that the file has nowhere is added', () => {
  test('below the other figures, indented and ended as they are', () => {
    expect(edited('---\r\nid: p-api\r\nstatus: discovered # so far\r\nnotes: |\r\n  text\r\n---\r\n')).toBe(
      '---\r\nid: p-api\r\nstatus: validated # so far\r\nsuccess_rate: 0.8462\r\nexecutions: 13\r\nlast_used: 2026-03-01T10:02:00Z\r\nnotes: |\r\n  text\r\n---\r\n',
    );
  });

  test('below the first plain line where there are none', () => {
    expect(edited('id: p-api', false)).toBe(
      'id: p-api\nsuccess_rate: 0.8462\nexecutions: 13\nlast_used: 2026-03-01T10:02:00Z\nstatus: validated',
    );
  });

  test('in the metrics of the nested shape', () => {
    expect(edited('pattern:\n  id: p-api\n  metrics:\n    avg_seconds: 3\n', false)).toBe(
      'pattern:\n  id: p-api\n  metrics:\n    avg_seconds: 3\n    success_rate: 0.8462\n    total_executions: 13\n',
    );
  });

  test('in JSON, in its quotes', () => {
    expect(JSON.parse(edited('{"id": "p-api", "tags": []}', false))).toEqual({
      id: 'p-api',
      tags: [],
      success_rate: 0.8462,
      executions: 13,
      last_used: '2026-03-01T10:02:00Z',
      status: 'validated',
    });
  });
});

test.for([
  ['id: p-api', { by: 'id', value: 'p-api' }],
  ['id: 7\npattern_id: p-api', { by: 'id', value: 'p-api' }],
  ['id: 007', { by: 'id', value: '007' }],
  ['name: "rest: api"', { by: 'name', value: 'rest: api' }],
  ['name: a\nid: p-api', { by: 'id', value: 'p-api' }],
  ['id:\nname: a', { by: 'name', value: 'a' }],
  ['pattern:\n  id: p-api\n  name: b\nname: a', { by: 'id', value: 'p-api' }],
  ['id: p-api\npattern:\n  name: a', { by: 'id', value: 'p-api' }],
] as const)('the pattern of %j', ([text, identity]) => {
  expect(read(text, false).identity).toEqual(identity);
});

test.for([
  ['no front matter', '# A title\n\nid: p-api\n', /first line must be ---/],
  ['nothing', '', /first line must be ---/],
  ['front matter without end', '---\nid: p-api\n', /closing line --- is missing/],
  ['front matter that is too long', `---\nid: p-api\n${'# comment\n'.repeat(7000)}---\n`, /longer than 65536/],
  ['bad YAML', '---\nid: [a\n---\n', /not valid/],
  ['a key twice', '---\nid: a\nstatus: x\nstatus: y\n---\n', /unique/],
  ['a list', '---\n- id: p-api\n---\n', /no mapping/],
  ['no id', '---\ntitle: x\n---\n', /give it the key id/],
  ['a figure that is a list', '---\nid: p-api\nstatus: [a]\n---\n', /its status is not one plain value/],
  ['a figure that is a block', '---\nid: p-api\nstatus: |\n  a\n---\n', /its status is not one plain value/],
  ['a figure that others point to', '---\nid: p-api\nexecutions: &n 3\nlimit: *n\n---\n', /without changing something else/],
  ['a figure with a tag', '---\nid: p-api\nstatus: !!str\n---\n', /without changing something else/],
  ['an alias without its anchor', '---\nid: p-api\na: *b\n---\n', /not valid|cannot be read/],
  ['brackets in brackets', `---\nid: p-api\na: ${'['.repeat(20_000)}\n---\n`, /nested too deeply/],
  ['dashes after dashes', `---\nid: p-api\na:\n  ${'- '.repeat(20_000)}\n---\n`, /nested too deeply/],
  [
    'lines ever further in',
    `---\nid: p-api\n${Array.from({ length: 300 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')}---\n`,
    /nested too deeply|not valid/,
  ],
  [
    'aliases of aliases',
    `---\nid: p-api\na0: &a0 [x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]\n`).join('')}---\n`,
    /cannot be read/,
  ],
] as const)('%s is refused with the reason', ([, text, reason]) => {
  expect(refusal(text)).toMatch(reason);
});

test('two documents in a YAML file are refused', () => {
  expect(refusal('id: a\n---\nid: b\n', false)).toMatch(/not valid/);
});

/** A line of a file: what stands before a value, the value, and what stands after it. */
type Line = { before: string; value: string; after: string };

const blanks = fc.constantFrom('', ' ', '  ', '\t');
const comment = fc.constantFrom('', ' # a comment', '\t#', ' # id: other, status: x', '  ');
const quoted = (key: string) => fc.constantFrom(key, `"${key}"`, `'${key}'`);

function figureLine(key: string, old: readonly string[], now: string) {
  return fc
    .record({ key: quoted(key), quote: fc.constantFrom('', '"', "'"), old: fc.constantFrom(...old), gap: blanks, after: comment })
    .map(({ key: name, quote, old: value, gap, after }): { line: Line; now: string } => ({
      line: { before: `${name}: ${gap}${quote}`, value, after: `${quote}${after}` },
      now,
    }));
}

const plain = (before: string): { line: Line; now: string } => ({ line: { before, value: '', after: '' }, now: '' });
const otherLine = fc
  .constantFrom(
    '# comment: with a colon',
    '',
    'description: >-\n  status: not this one\n  success_rate: 0.1',
    'notes: |\n    executions: 1\n\n    last_used: never',
    'list:\n- status: a\n-   executions: 2',
    'deep:\n  status: inner\n  metrics_of: {success_rate: 1, executions: 2}',
    "quote: 'it''s: \"x\"'",
    'emoji: 🎉 é ü # 日本',
    'two: lines\n  of text',
    'tags: [ a,b ,  "status: c" ]',
    'anchor: &x {a: 1}\nalias: *x',
  )
  .map(plain);

const figureLines = fc.tuple(
  figureLine('success_rate', ['0.5', '1', '.25', '90%', '1e-1'], '0.8462'),
  figureLine('executions', ['0', '4', '0x10', 'many'], '13'),
  figureLine('last_used', ['2025-11-07T00:00:00Z', '2025-11-07', 'never'], '2026-03-01T10:02:00Z'),
  figureLine('status', ['discovered', 'draft', 'learned'], 'validated'),
);

const anyFile = fc
  .record({
    figures: figureLines,
    others: fc.uniqueArray(otherLine, { maxLength: 6, selector: ({ line }) => line.before.split(':')[0] }),
    order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
    eol: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\ufeff'),
    fence: fc.constantFrom('---', '--- ', '---\t'),
    body: fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r\n', '---\n', 'status: x', '\u2028', '\0', '🎉') }),
    markdown: fc.boolean(),
  })
  .map(({ figures, others, order, eol, mark, fence, body, markdown }) => {
    const lines = [plain('id: p-api'), ...figures, ...others]
      .map((line, index) => ({ line, rank: order[index] ?? 0 }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ line }) => line);
    const text = (valueIn: (line: { line: Line; now: string }) => string) => {
      const yaml =
        lines
          .map(each => each.line.before + valueIn(each) + each.line.after)
          .join('\n')
          .replaceAll('\n', eol) + eol;
      return mark + (markdown ? `${fence}${eol}${yaml}${fence}${eol}${body}` : yaml);
    };
    return { before: text(({ line }) => line.value), after: text(({ now }) => now), markdown };
  });

test('whatever a file looks like, its figures change and every other character stays', () => {
  fc.assert(
    fc.property(anyFile, ({ before, after, markdown }) => {
      expect(edited(before, markdown)).toBe(after);
      expect(edited(after, markdown)).toBe(after);
    }),
    { numRuns: 2000 },
  );
});

test('whatever a file says, it is refused or only its figures change', () => {
  const scrap = fc.constantFrom(
    'id: p-api',
    'status',
    ':',
    ' ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '#',
    '&a',
    '*a',
    '!t',
    '|',
    '>',
    '0.5',
    'executions',
    'pattern',
    'metrics',
    '\t',
    '\r\n',
    '? ',
    '---',
    '...',
    '%',
    '<<: ',
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 25 }), scraps => {
      const text = `id: p-api\n${scraps.join('')}`;
      if (refusal(text, false) !== 'taken') return;
      taken++;
      const withoutFigures = (value: string) => {
        const content = parse(value, { logLevel: 'silent', uniqueKeys: false }) as Record<string, unknown>;
        const strip = (map: unknown) => {
          if (typeof map === 'object' && map !== null)
            for (const key of ['success_rate', 'executions', 'total_executions', 'last_used', 'status'])
              delete (map as Record<string, unknown>)[key];
          return map as Record<string, unknown> | undefined;
        };
        strip(strip(strip(content)?.['pattern'])?.['metrics']);
        strip(content['metrics']);
        return content;
      };
      const after = edited(text, false);
      expect(withoutFigures(after)).toEqual(withoutFigures(text));
      expect(edited(after, false)).toBe(after);
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(100);
});
