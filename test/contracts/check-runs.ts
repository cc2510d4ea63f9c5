import { expect, test } from "vitest";
import { defaultPolicy } from "../../src/core/verdict/policy.ts";
import { decideVerdict, type Verdict } from "../../src/core/verdict/verdict.ts";
import type { CheckReport, CheckRuns, Head } from "../../src/flows/ports/check-runs.ts";
import { aChangeFinding, aCoverage, aFinding, aPlace, aSha } from "../support/builders.ts";

/** What anybody can see of a check run. */
export type SeenCheckRun = {
  readonly id: number;
  /** Null: in progress. */
  readonly outcome: Verdict["outcome"] | null;
  /** `path:line` of each annotation. */
  readonly annotated: readonly string[];
  /** Where the summary points to. */
  readonly issueUrls: readonly string[];
};

export type CheckRunsUnderTest = {
  readonly checkRuns: CheckRuns;
  /** A head commit without check runs. */
  readonly newHead: () => Promise<Head>;
  /** Oldest first. */
  readonly seenOn: (head: Head) => Promise<readonly SeenCheckRun[]>;
};

const commits = [{ sha: aSha("c"), committedAt: "2026-11-01T10:00:00.000Z" }];

export const blockingReport = (...paths: string[]): CheckReport => {
  const findings = paths.map((path) => aChangeFinding({ finding: aFinding({ path }), places: [aPlace({ path })] }));
  const verdict = decideVerdict(findings, aCoverage(), defaultPolicy);
  return { verdict, suppressed: [], waiting: [], commits, issues: new Map(), retry: null };
};
const passing: CheckReport = { ...blockingReport(), commits };

/** What every `CheckRuns` promises. */
export function checkRunsContract(make: () => CheckRunsUnderTest): void {
  test("the first begin makes an in-progress run, the next ones find it", async () => {
    const { checkRuns, newHead, seenOn } = make();
    const head = await newHead();
    const id = await checkRuns.begin(head, { reopen: false });
    expect(await checkRuns.begin(head, { reopen: false })).toBe(id);
    expect(await checkRuns.begin(head, { reopen: true })).toBe(id);
    expect(await seenOn(head)).toEqual([{ id, outcome: null, annotated: [], issueUrls: [] }]);
  });

  test("two that begin at once get the same run", async () => {
    const { checkRuns, newHead, seenOn } = make();
    const head = await newHead();
    const begin = () => checkRuns.begin(head, { reopen: false });
    const [one, two] = await Promise.all([begin(), begin()]);
    expect(one).toBe(two);
    expect(await seenOn(head)).toHaveLength(1);
  });

  test("each head has its own run", async () => {
    const { checkRuns, newHead } = make();
    const [one, two] = [await newHead(), await newHead()];
    expect(await checkRuns.begin(one, { reopen: false })).not.toBe(await checkRuns.begin(two, { reopen: false }));
  });

  test("a completed run says the outcome and where; completing it again adds nothing", async () => {
    const { checkRuns, newHead, seenOn } = make();
    const head = await newHead();
    const before = Date.now();
    const id = await checkRuns.begin(head, { reopen: false });
    const { since } = await checkRuns.complete(head, id, blockingReport("a.ts", "b.ts"));
    expect(Date.parse(since ?? "")).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
    expect(Date.parse(since ?? "")).toBeLessThanOrEqual(Date.now());
    expect(await checkRuns.complete(head, id, blockingReport("a.ts", "b.ts"))).toEqual({ since: null });
    expect(await seenOn(head)).toEqual([{ id, outcome: "block", annotated: ["a.ts:2", "b.ts:2"], issueUrls: [] }]);
  });

  test("a completed run is left alone unless it is to be reopened: then there is a new one", async () => {
    const { checkRuns, newHead, seenOn } = make();
    const head = await newHead();
    const first = await checkRuns.begin(head, { reopen: false });
    await checkRuns.complete(head, first, passing);
    expect(await checkRuns.begin(head, { reopen: false })).toBe(first);
    const second = await checkRuns.begin(head, { reopen: true });
    expect(await checkRuns.begin(head, { reopen: true })).toBe(second);
    expect((await seenOn(head)).map(({ id, outcome }) => [id, outcome])).toEqual([
      [first, "pass"],
      [second, null],
    ]);
  });

  test("another answer to the same head is a new run, which begin then gives", async () => {
    const { checkRuns, newHead, seenOn } = make();
    const head = await newHead();
    const first = await checkRuns.begin(head, { reopen: false });
    await checkRuns.complete(head, first, passing);
    await checkRuns.complete(head, first, blockingReport("a.ts"));
    await checkRuns.complete(head, first, blockingReport("a.ts"));
    const seen = await seenOn(head);
    expect(seen.map(({ outcome, annotated }) => [outcome, annotated])).toEqual([
      ["pass", []],
      ["block", ["a.ts:2"]],
    ]);
    expect(await checkRuns.begin(head, { reopen: false })).toBe(seen[1]?.id);
  });

  test("an incident's issue that is known later is added to the same run", async () => {
    const { checkRuns, newHead, seenOn } = make();
    const head = await newHead();
    const id = await checkRuns.begin(head, { reopen: false });
    const report = blockingReport("a.ts");
    await checkRuns.complete(head, id, report);
    const url = "https://github.example/acme/shop/issues/7";
    const issues = new Map([[aFinding().fingerprint, { number: 7, url }]]);
    await checkRuns.complete(head, id, { ...report, issues });
    expect(await seenOn(head)).toEqual([{ id, outcome: "block", annotated: ["a.ts:2"], issueUrls: [url] }]);
  });
}
