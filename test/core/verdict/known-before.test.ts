import { describe, expect, test } from "vitest";
import { knownBefore, type FileChange, type ParentDiff } from "../../../src/core/verdict/known-before.ts";
import type { ChangeFinding } from "../../../src/core/verdict/verdict.ts";
import { aChangeFinding, aFinding, aPlace } from "../../support/builders.ts";

/** Blobs in these tests are called by what they hold: "F", "FF", "FG" or "-", with a number that tells versions apart. */
const count = (fingerprint: string, blob: string | null): number => (blob ?? "").split(fingerprint).length - 1;

const found = (fingerprint: string, blob: string, path: string, commit = "c1"): ChangeFinding =>
  aChangeFinding({ finding: aFinding({ fingerprint, path }), blob, places: [aPlace({ path, commit })] });

const change = (path: string, old: string | null, now: string | null): FileChange => ({ path, old, now });

type Diffs = Readonly<Record<string, readonly ParentDiff[]>>;
const from = (parent: string, ...changes: FileChange[]): ParentDiff => ({ parent, changes });

function known(findings: readonly ChangeFinding[], diffs: Diffs, onBase: readonly string[] = []) {
  const own = new Set(Object.keys(diffs).filter((commit) => !onBase.includes(commit)));
  const before = knownBefore(findings, { own, onBase: new Set(onBase), diffsOf: (commit) => diffs[commit], count });
  return findings.map(
    (one) => before.get(one)?.map(({ blob, path, commit }) => `${path}: ${blob} in ${commit}`) ?? "new",
  );
}

describe("a secret", () => {
  test("in a line that is left alone was there before", () => {
    const diffs = { c1: [from("base", change("a", "F0", "F1"))] };
    expect(known([found("F", "F1", "a")], diffs)).toEqual([["a: F0 in base"]]);
  });

  test.each<[string, FileChange[]]>([
    ["in a new file", [change("a", null, "F1")]],
    ["in a new line", [change("a", "-0", "F1")]],
    ["once more in the same file", [change("a", "F0", "FF1")]],
    ["in a copy of a file", [change("a", null, "F1"), change("b", "F0", "F2")]],
    ["in two files instead of one", [change("a", null, "F1"), change("c", null, "F1"), change("b", "F0", null)]],
  ])("%s is new", (_, changes) => {
    const findings = changes.flatMap(({ path, now }) => (now?.includes("F") ? [found("F", now, path)] : []));
    expect(known(findings, { c1: [from("base", ...changes)] })).toContain("new");
  });

  test.each<[string, FileChange]>([
    ["a file that is moved", change("b", "F0", null)],
    ["a line that is moved", change("b", "F0", "-1")],
    ["a line of which others stay", change("b", "FF0", "F2")],
  ])("in %s was there before", (_, other) => {
    const findings = [found("F", "F1", "a"), ...(other.now === "F2" ? [found("F", "F2", "b")] : [])];
    const [origins] = known(findings, { c1: [from("base", change("a", null, "F1"), other)] });
    expect(origins).toEqual([`b: ${other.old} in base`]);
  });

  test("is new beside an old one in the same file", () => {
    const diffs = { c1: [from("base", change("a", "F0", "FG1"))] };
    expect(known([found("F", "FG1", "a"), found("G", "FG1", "a")], diffs)).toEqual([["a: F0 in base"], "new"]);
  });

  test("that one commit of the change brings and others carry on is new in all of them", () => {
    const diffs = {
      c1: [from("base", change("a", "-0", "F1"))],
      c2: [from("c1", change("a", "F1", "F2"))],
      c3: [from("c2", change("a", "F2", null), change("b", null, "F3"))],
    };
    const findings = [found("F", "F1", "a", "c1"), found("F", "F2", "a", "c2"), found("F", "F3", "b", "c3")];
    expect(known(findings, diffs)).toEqual(["new", "new", "new"]);
  });

  test("that every commit of the change carries on was there before the first", () => {
    const diffs = { c1: [from("base", change("a", "F0", "F1"))], c2: [from("c1", change("a", "F1", "F2"))] };
    const findings = [found("F", "F1", "a", "c1"), found("F", "F2", "a", "c2")];
    expect(known(findings, diffs)).toEqual([["a: F0 in base"], ["a: F0 in base"]]);
  });

  test("that is taken away and put back is new", () => {
    const diffs = { c1: [from("base", change("a", "F0", "-1"))], c2: [from("c1", change("a", "-1", "F2"))] };
    expect(known([found("F", "F2", "a", "c2")], diffs)).toEqual(["new"]);
  });

  test("in a file that goes back and forth is old only while it holds it", () => {
    const diffs = { c1: [from("base", change("a", "F0", "F1"))], c2: [from("c1", change("a", "F1", "F0"))] };
    const findings = [found("F", "F1", "a", "c1"), found("F", "F0", "a", "c2")];
    expect(known(findings, diffs).every((one) => one !== "new")).toBe(true);
  });

  test("that a merge puts back, though one side took it away, is new", () => {
    const merge = [from("ours", change("a", "F1", "F3")), from("theirs", change("a", "-2", "F3"))];
    expect(known([found("F", "F3", "a")], { c1: merge })).toEqual(["new"]);
  });

  test("that both sides of a merge have was there before", () => {
    const merge = [from("ours", change("a", "F1", "F3")), from("theirs", change("a", "F2", "F3"))];
    expect(known([found("F", "F3", "a")], { c1: merge })).toEqual([["a: F1 in ours", "a: F2 in theirs"]]);
  });

  test("that a commit of the base branch brought was there before, and what carries it on as well", () => {
    const diffs = { c1: [from("base", change("a", null, "F1"))], c2: [from("c1", change("a", "F1", "F2"))] };
    const findings = [found("F", "F1", "a", "c1"), found("F", "F2", "a", "c2")];
    expect(known(findings, diffs, ["c1"])).toEqual([["a: F1 in c1"], ["a: F1 in c1"]]);
  });

  test("is new where nobody can say what was before: in a first commit, in one that cannot be compared, in a message", () => {
    expect(known([found("F", "F1", "a")], { c1: [] })).toEqual(["new"]);
    expect(known([found("F", "F1", "a")], {})).toEqual(["new"]);
    expect(known([found("F", "c1", "/commit message")], { c1: [from("base")] })).toEqual(["new"]);
  });
});
