const EXAMPLE = `curl -s ${location.origin}/graphql -H 'content-type: application/json' -d '{
  "query": "mutation($input: RecordExecutionInput!) { recordExecution(input: $input) { executionId position } }",
  "variables": {"input": {
    "executionId": "first-run", "patternId": "hello", "patternName": "Hello", "taskDescription": "Say hello",
    "status": "SUCCESS", "startedAt": "${new Date(Date.now() - 75_000).toISOString()}", "completedAt": "${new Date().toISOString()}",
    "steps": [{"step": 1, "phase": "plan", "plugin": "planner", "durationMs": 15000, "status": "SUCCESS"}]
  }}
}'`;

/** Before the first record there is nothing to draw, but something to say. */
export function Empty() {
  return (
    <section className="card empty">
      <h1>Nothing is recorded yet</h1>
      <p>An orchestrator sends each execution when it has ended. This records a first one; it appears here at once:</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <pre tabIndex={0}>{EXAMPLE}</pre>
      <p>
        The same from a shell: <code>orchestrator-metrics record</code>. Many at once: <code>orchestrator-metrics import FILE</code>. The
        API in full is in <a href="/graphql">GraphiQL</a>. To see this page with a history, run <code>orchestrator-metrics demo</code>.
      </p>
    </section>
  );
}
