/** A tab that GraphiQL opens with. Both run as they are, on empty logs too, and neither writes anything. */
export type Example = Readonly<{ query: string; variables?: string }>;

/** A question that the logs answer: which patterns work, and which plugins carry them. */
export const QUESTION: Example = {
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
export const RECORDING: Example = {
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
