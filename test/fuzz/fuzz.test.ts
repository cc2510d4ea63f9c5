import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allSubjects } from "./all-subjects.ts";

describe("whatever there is comes, and nothing crashes, hangs, or comes through by mistake", () => {
  it.each(allSubjects.map((subject) => [subject.name, subject] as const))("%s", async (_, { start, shortRuns }) => {
    const { property, end } = await start();
    try {
      await fc.assert(property, { numRuns: shortRuns });
    } finally {
      await end();
    }
  });
});

it("what is to be tried and does not exist is a failure, not a pass", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const [code, errors] = await new Promise<readonly [unknown, string]>((resolve) => {
    execFile(process.execPath, [main, "--only", "scan,scann"], (error, _, said) => resolve([error?.code, said]));
  });
  expect(code).toBe(1);
  expect(errors).toContain("there is no scann.");
});
