export function ExecutionPage({ executionId }: { executionId: string }) {
  return <h1>{executionId}</h1>;
}
