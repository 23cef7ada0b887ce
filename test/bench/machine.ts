import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

const CLOCK_TICKS = 100;
const BUSY_LOAD_PER_CORE = 0.5;

/** One line on the machine and its Node. */
export function machineFacts(): string {
  const [cpu] = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpu?.model ?? 'unknown CPU'}, ${memoryGib} GiB, Node ${process.versions.node}, ${process.platform}`;
}

/** The load average, and what it means for the figures when others use the machine too. */
export function loadFacts(when: 'start' | 'end'): string {
  const [lastMinute = 0, five = 0] = loadavg();
  const text = `load average at the ${when}: ${lastMinute.toFixed(2)} (1 min), ${five.toFixed(2)} (5 min)`;
  const isBusy = when === 'start' && lastMinute > availableParallelism() * BUSY_LOAD_PER_CORE;
  return isBusy ? `${text}\nWARNING: the machine is busy. Trust the ratios of one run, not the figures.` : text;
}

/** CPU seconds that a process and its threads have used since it started (Linux). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** Resident memory of a process in MB (10^6 bytes): all of it, and what is its own and not of files (Linux). */
export function memoryMbOf(pid: number): { readonly resident: number; readonly own: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024) / 1e6;
  return { resident: mb('VmRSS'), own: mb('RssAnon') };
}
