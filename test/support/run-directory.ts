import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inject } from "vitest";

declare module "vitest" {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest's way of typing `inject`
  interface ProvidedContext {
    readonly runDirectory: string;
  }
}

/** What was made once for all files of this test run; the first to ask makes it, the others wait. Must survive as JSON. */
export async function oncePerRun<T>(name: string, make: (directory: string) => Promise<T>): Promise<T> {
  const directory = join(inject("runDirectory"), name);
  const answer = `${directory}.json`;
  if (isFirst(directory)) {
    const result = await make(directory).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    writeFileSync(`${answer}.new`, JSON.stringify(result));
    renameSync(`${answer}.new`, answer);
  }
  while (!existsSync(answer)) await wait(50);
  const result = JSON.parse(readFileSync(answer, "utf8")) as { value: T } | { error: string };
  if ("error" in result) throw new Error(result.error);
  return result.value;
}

/** Has the process ended when the test run ends. */
export function endWithRun(pid: number): void {
  writeFileSync(join(inject("runDirectory"), `${pid}.pid`), "");
}

function isFirst(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
