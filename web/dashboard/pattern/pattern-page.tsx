export function PatternPage({ patternId }: { patternId: string }) {
  return <h1>{patternId}</h1>;
}
