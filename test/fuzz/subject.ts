import type { IAsyncProperty } from "fast-check";

/** Something that is given whatever there is. */
export type FuzzSubject = {
  readonly name: string;
  /** Runs of the property in the test suite; the nightly script makes as many as there is time for, or is asked for. */
  readonly shortRuns: number;
  /** How many inputs one run tries. */
  readonly inputsPerRun: number;
  readonly start: () => Promise<RunningSubject>;
};

export type RunningSubject = {
  /** Fails for an input that crashes the subject, takes too long, or comes through by mistake. */
  readonly property: IAsyncProperty<unknown>;
  readonly end: () => Promise<void>;
};

/** Nothing is this slow on a machine that is busy with other things, but what hangs. */
const patienceMs = 10_000;

/** Throws, naming what took so long, if it did. */
export function inTime<T>(what: string, work: () => T): T {
  const start = performance.now();
  const result = work();
  const took = performance.now() - start;
  if (took > patienceMs) throw new Error(`${what} took ${Math.round(took)} ms`);
  return result;
}

/** Throws unless it holds. */
export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected that ${what}`);
}
