import fc from "fast-check";
import { describe, it } from "vitest";
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
