export type PatternStatus = 'discovered' | 'validated' | 'learned' | 'deprecated';

/**
 * The default promotion policy: learned at >= 20 executions and a rate >= 0.90, validated at >= 5 and >= 0.80, deprecated at
 * >= 5 and < 0.60, else discovered. Rates are compared as whole numbers. It judges all executions of the pattern so far,
 * whatever a question's filter.
 */
export function patternStatus(successes: number, executions: number): PatternStatus {
  if (executions >= 20 && successes * 10 >= executions * 9) return 'learned';
  if (executions >= 5 && successes * 10 >= executions * 8) return 'validated';
  if (executions >= 5 && successes * 10 < executions * 6) return 'deprecated';
  return 'discovered';
}
