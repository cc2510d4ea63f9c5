import { expect, test } from "vitest";
import type { ScanAnswer, ScanMemory, ScanQuestion } from "../../src/flows/ports/scan-memory.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";

const clean: ScanAnswer = { kind: "scanned", bytes: 12, said: { findings: [], gaps: [] } };
const telling: ScanAnswer = {
  kind: "scanned",
  bytes: 40,
  said: { findings: [aFinding({ path: "!/a.env" })], gaps: [{ path: "", reason: "encrypted", detail: "Locked." }] },
};
const question = (fields: Partial<ScanQuestion> = {}): ScanQuestion => ({
  scanner: "s",
  object: aSha("b"),
  place: "code - 000",
  ...fields,
});

/** What every `ScanMemory` promises. `make` gives one that may remember what other tests said. */
export function scanMemoryContract(make: () => ScanMemory): void {
  let installationId = 9000;
  const fresh = (): ReturnType<typeof aRepo> => aRepo({ installationId: (installationId += 1) });

  test("gives what was remembered, in the order asked, and nothing else", async () => {
    const [memory, repo] = [make(), fresh()];
    const questions = ["1", "2", "3", "4"].map((digit) => question({ object: aSha(digit) }));
    const [one, two, , four] = questions as [ScanQuestion, ScanQuestion, ScanQuestion, ScanQuestion];
    await memory.remember(repo, [
      { question: four, answer: { kind: "hangs-on-path" } },
      { question: one, answer: clean },
      { question: two, answer: telling },
    ]);
    expect(await memory.recall(repo, questions)).toEqual([clean, telling, null, { kind: "hangs-on-path" }]);
    expect(await memory.recall(repo, [])).toEqual([]);
  });

  test("tells scanners, objects, places and installations apart, but not the repositories of one", async () => {
    const [memory, repo] = [make(), fresh()];
    await memory.remember(repo, [{ question: question(), answer: clean }]);
    const others = [question({ scanner: "t" }), question({ object: aSha("c") }), question({ place: "/a" })];
    expect(await memory.recall(repo, others)).toEqual([null, null, null]);
    expect(await memory.recall(fresh(), [question()])).toEqual([null]);
    expect(await memory.recall({ ...repo, repoId: 43, name: "other" }, [question()])).toEqual([clean]);
  });

  test("is told the same again without harm, also in one go", async () => {
    const [memory, repo] = [make(), fresh()];
    const twice = [
      { question: question(), answer: telling },
      { question: question(), answer: telling },
    ];
    await memory.remember(repo, twice);
    await memory.remember(repo, twice);
    expect(await memory.recall(repo, [question(), question()])).toEqual([telling, telling]);
  });
}
