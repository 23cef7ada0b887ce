/** What a bench prints: a heading, then one line per figure. */
export function heading(name: string, what: string): void {
  console.log(`\n## ${name}\n${what}\n`);
}

export function figure(label: string, value: string): void {
  console.log(`  ${label.padEnd(LABEL_WIDTH)} ${value}`);
}

/** A figure beside its goal, with the ratio of the two, so that 1.00 or more always means reached. */
export function figureWithGoal(
  label: string,
  measured: number,
  goal: { readonly atLeast: number } | { readonly below: number },
  unit = '',
): void {
  const [ratio, text] =
    'atLeast' in goal
      ? [measured / goal.atLeast, `at least ${thousands(goal.atLeast)}`]
      : [goal.below / measured, `below ${thousands(goal.below)}`];
  const verdict = ratio >= 1 ? 'reached' : 'MISSED';
  figure(label, `${thousands(measured)}${unit}   goal ${text}${unit}: ${ratio.toFixed(2)} of it, ${verdict}`);
}

export function thousands(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this part of all values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** `median [least..most]` */
export function spread(values: readonly number[]): string {
  return `${thousands(median(values))} [${thousands(Math.min(...values))}..${thousands(Math.max(...values))}]`;
}

const LABEL_WIDTH = 58;
