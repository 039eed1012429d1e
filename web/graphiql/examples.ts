/** A tab that GraphiQL opens with. All run as they are, on empty logs too, and none writes anything. */
export type Example = Readonly<{ query: string; variables?: string }>;

/** Which patterns work, and which plugins carry them. */
const BEST_PATTERNS: Example = {
  query: `# A question, answered from the CSV logs.
# Ctrl-Enter runs it. With an API key: Headers,
#   {"Authorization": "Bearer …"}

query BestPatterns {
  topPatterns(limit: 5) {
    asOf
    patterns {
      patternId
      name
      status
      successRate {
        value
        lower
        upper
      }
      durations {
        n
        meanSeconds
        p95Seconds
      }
    }
  }
  mostUsedPlugins(limit: 5) {
    plugins {
      name
      uses
      reliability {
        value
        successes
        total
      }
    }
  }
}
`,
};

const LAST_MONTH: Example = {
  query: `# The last 30 days beside the 30 before, and the
# plugins to look at. Every window works in every
# question: {last: "P7D"}, or from and to.

query LastMonth($filter: MetricFilter) {
  overview(filter: $filter) {
    from
    to
    current {
      ...Figures
    }
    previous {
      ...Figures
    }
  }
  problematicPlugins(filter: $filter, limit: 5) {
    plugins {
      name
      reliability {
        value
        lower
        upper
        total
      }
    }
  }
}

fragment Figures on Totals {
  executions
  successRate {
    value
    lower
    upper
  }
  durations {
    medianSeconds
    p95Seconds
  }
}
`,
  variables: JSON.stringify({ filter: { window: { last: 'P30D' } } }, null, 2),
};

const WHAT_CHANGED: Example = {
  query: `# What shifted for good, since when, how sure that
# is, and which plugin or version explains it; and
# which patterns are due for promotion.

query WhatChanged {
  changes(window: { last: "P90D" }) {
    changes {
      subject
      kind
      tier
      at
      before
      after
      confidence
      causes {
        plugin
        version
        share
      }
    }
  }
  promotions {
    patterns {
      name
      status
      byDefault
      byStrict
      executionsToNext
    }
  }
}
`,
};

const NEXT_RUN: Example = {
  query: `# What to expect of a run before it begins. Put in
# a patternId of yours, and the plugins planned.

query NextRun($input: EstimateInput!) {
  estimateDuration(input: $input) {
    p50Seconds
    p90Seconds
    basis
    n
  }
  predictSuccess(input: $input) {
    advice
    probability
    lower
    upper
    factors {
      name
      value
      explanation
    }
  }
}
`,
  variables: JSON.stringify({ input: { patternId: 'example-pattern', steps: [{ plugin: 'example-planner' }] } }, null, 2),
};

const LATEST_FAILURES: Example = {
  query: `# The latest runs that did not succeed, step by
# step, and how the service itself is.

query LatestFailures {
  recordedExecutions(first: 5, statuses: [FAILED, PARTIAL]) {
    totalCount
    edges {
      node {
        executionId
        patternName
        completedAt
        errorMessage
        steps {
          plugin
          status
          durationMs
        }
      }
    }
  }
  logStatus {
    position
    projections {
      name
      state
      lagBytes
    }
    rejectedRows
  }
}
`,
};

/** What the orchestrator sends at the end of a run. */
const RUN = {
  executionId: 'example-1',
  patternId: 'example-pattern',
  patternName: 'An example',
  taskDescription: 'Try the API from the browser',
  status: 'SUCCESS',
  startedAt: '2026-08-01T12:00:00Z',
  completedAt: '2026-08-01T12:01:15Z',
  steps: [
    { step: 1, phase: 'plan', plugin: 'example-planner', durationMs: 15_000, status: 'SUCCESS' },
    { step: 2, phase: 'build', plugin: 'example-builder', durationMs: 60_000, status: 'SUCCESS' },
  ],
};

/** A recording that is judged as the real one would be, and not written. */
const TRY_RECORDING: Example = {
  query: `# A recording that is only tried: dryRun judges
# it as the real call would, and writes nothing.

mutation TryRecording(
  $input: RecordExecutionInput!
) {
  recordExecution(input: $input, dryRun: true) {
    executionId
    duplicate
    dryRun
    position
  }
}
`,
  variables: JSON.stringify({ input: RUN }, null, 2),
};

const AS_IT_HAPPENS: Example = {
  query: `# Each execution as it is recorded. It waits for
# the next one; the button ends it.

subscription AsItHappens {
  executionRecorded {
    executionId
    patternName
    status
    durationMs
    completedAt
    position
  }
}
`,
};

/** In the order of the tabs. */
export const EXAMPLES: readonly Example[] = [
  BEST_PATTERNS,
  LAST_MONTH,
  WHAT_CHANGED,
  NEXT_RUN,
  LATEST_FAILURES,
  TRY_RECORDING,
  AS_IT_HAPPENS,
];
