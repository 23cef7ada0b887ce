import { METRICS, type MetricDefinition, type MetricSnapshot, type MetricValue } from './metric-table.ts';

/** The snapshot in Prometheus's text format 0.0.4. */
export function prometheusText(snapshot: MetricSnapshot): string {
  return Object.entries(METRICS)
    .flatMap(([name, definition]) => linesOf(name, definition, snapshot[name as keyof MetricSnapshot]))
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(name: string, { type, help, label }: MetricDefinition, value: MetricValue | undefined): string[] {
  if (value === undefined) return [];
  const heading = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  if (typeof value === 'number') return [...heading, `${name} ${value}`];
  const samples = Object.entries(value).map(
    ([labelValue, sample]) => `${name}{${label}="${quoted(labelValue)}"} ${sample}`,
  );
  return [...heading, ...samples];
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
