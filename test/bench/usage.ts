/** @module What processes use of the machine, as the kernel tells it in /proc (Linux). */
import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second, the same on every Linux that Node runs on. */
const TICKS = 100;
const MEBIBYTE_IN_KIB = 1024;

/** Seconds of CPU that a process and its ended children have used. */
export async function cpuOf(pid: number): Promise<number> {
  const fields = await statOf(pid);
  // utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5), of which the first two are cut off.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

/** Resident memory in MiB; what processes share is divided among them, so that a sum counts it once. */
export async function memoryOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / MEBIBYTE_IN_KIB;
}

/** Resident memory in MiB, shared pages counted in full: what `ps` shows. */
export async function residentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / MEBIBYTE_IN_KIB;
}

/** The process and those it started. */
export const familyOf = async (pid: number): Promise<number[]> => [pid, ...(await childrenOf(pid))];

/** Those it started, those that they started, and so on. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const children = await childrenOf(pid);
  return [...children, ...(await Promise.all(children.map(descendantsOf))).flat()];
}

async function childrenOf(pid: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    names.map((name) =>
      statOf(Number(name)).then(
        (fields) => Number(fields[1]),
        () => null,
      ),
    ),
  );
  return names.filter((_name, i) => parents[i] === pid).map(Number);
}

export interface Usage {
  /** Cores kept busy, on average. */
  readonly cores: number;
  /** At the end, MiB. */
  readonly memoryMiB: number;
}

/** Seconds of CPU that the whole machine has used, whoever used them. */
async function cpuOfMachine(): Promise<number> {
  const [line] = (await readFile('/proc/stat', 'utf8')).split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line!.split(/ +/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS;
}

export interface MeasuredUsage {
  readonly processes: Readonly<Record<string, Usage>>;
  /** Cores that others kept busy meanwhile: what the machine did beside the benchmark. */
  readonly othersCores: number;
}

/** Begins to measure named processes, each with its children; the function given ends it. */
export async function measureUsage(pids: Readonly<Record<string, number>>): Promise<() => Promise<MeasuredUsage>> {
  const begun = performance.now();
  const before = await cpuOfFamilies(pids);
  const machineBefore = await cpuOfMachine();
  return async () => {
    const seconds = (performance.now() - begun) / 1000;
    const after = await cpuOfFamilies(pids);
    const machine = (await cpuOfMachine()) - machineBefore;
    const usage: Record<string, Usage> = {};
    for (const [name, pid] of Object.entries(pids)) {
      const memory = await Promise.all((await familyOf(pid)).map((member) => memoryOf(member)));
      usage[name] = {
        cores: round((after[name]! - before[name]!) / seconds, 2),
        memoryMiB: round(sum(memory), 0),
      };
    }
    const ours = sum(Object.keys(pids).map((name) => after[name]! - before[name]!));
    return { processes: usage, othersCores: round(Math.max(0, machine - ours) / seconds, 2) };
  };
}

async function cpuOfFamilies(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const used: Record<string, number> = {};
  for (const [name, pid] of Object.entries(pids))
    used[name] = sum(await Promise.all((await familyOf(pid)).map((member) => cpuOf(member).catch(() => 0))));
  return used;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The fields of /proc/<pid>/stat after the command, which may itself hold blanks. */
async function statOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
