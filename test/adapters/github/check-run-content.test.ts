import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { perCheckRun, perCredential } from "../../../src/adapters/github/check-run-annotations.ts";
import { digestsIn, toCheckRun } from "../../../src/adapters/github/check-run-content.ts";
import { sizeOf } from "../../../src/adapters/github/markdown.ts";
import { createWebUrls } from "../../../src/adapters/github/web-urls.ts";
import type { Suppression } from "../../../src/core/suppression/suppression.ts";
import { unreadReasons, type Unread } from "../../../src/core/verdict/coverage.ts";
import { defaultPolicy } from "../../../src/core/verdict/policy.ts";
import { decideVerdict, type ChangeFinding } from "../../../src/core/verdict/verdict.ts";
import type { CheckReport } from "../../../src/flows/ports/check-runs.ts";
import { aChangeFinding, aCoverage, aFinding, aPlace, aRepo, aSha } from "../../support/builders.ts";
import { render } from "../../support/rendered.ts";

const urls = createWebUrls("https://api.github.com");
const repo = aRepo();
const commitsOf = (count: number): CheckReport["commits"] =>
  Array.from({ length: count }, (_, index) => ({
    sha: aSha((0xabc000 + index).toString(16)),
    committedAt: "2026-11-20T10:20:30Z",
  }));

function aReport(findings: readonly ChangeFinding[] = [], unread: readonly Unread[] = [], commits = 3): CheckReport {
  const coverage = aCoverage({ commits, blobs: 14, bytes: 82_345, unread });
  const verdict = decideVerdict(findings, coverage, defaultPolicy);
  return { verdict, suppressed: [], waiting: [], commits: commitsOf(commits), issues: new Map(), retry: null };
}

const tooLarge = (path: string): Unread => ({ path, commit: aSha("d"), reason: "too-large", detail: "60 MB" });
const unsure = aChangeFinding({ finding: aFinding({ level: "low", fingerprint: "0".repeat(32) }) });

describe("an incomplete verdict says what becomes of it", () => {
  const timeout: Unread = { path: "a", reason: "timeout", detail: "" };
  test.each([
    [
      "when it is tried again",
      { kind: "planned", number: 2, at: "2026-11-20T10:25:30.000Z" } as const,
      "Keyward tries again by itself at 2026-11-20 10:25 UTC (retry 2 of 6). Press *Retry* to have it sooner.",
    ],
    [
      "when it was given up",
      { kind: "given-up", tries: 6 } as const,
      "**Keyward has tried again 6 times and has given up.** Do what the table says, then press *Retry*.",
    ],
    ["when trying would be in vain", null, "Reading it again would change nothing"],
  ])("%s", (_, retry, text) => {
    const run = toCheckRun(repo, { ...aReport([], [timeout]), retry }, urls);
    expect(run.conclusion).toBe("action_required");
    expect(run.summary).toContain(text);
  });

  test("and a complete one says nothing of it", () => {
    expect(toCheckRun(repo, aReport(), urls).summary).not.toMatch(/again|retry/i);
  });
});

describe("every reason for not reading something", () => {
  test.each(unreadReasons.map((reason) => [reason] as const))("is told with a remedy: %s", (reason) => {
    const { summary } = toCheckRun(repo, aReport([], [{ path: "a.bin", reason, detail: "the detail" }]), urls);
    expect(summary).toMatch(/\| `a\.bin` \|  \| [^|]{5,} \(the detail\) \| [^|]{10,} \|/);
  });
});

describe("title and conclusion", () => {
  test.each([
    ["failure", "1 credential found in 3 commits", aReport([aChangeFinding()])],
    ["failure", "1 credential found in 3 commits; 1 file not read", aReport([aChangeFinding()], [tooLarge("a")])],
    ["success", "No credentials found in 12 commits", aReport([], [], 12)],
    ["success", "Nothing that blocks in 3 commits; 1 to look at", aReport([unsure])],
    ["success", "No new commits to read", aReport([], [], 0)],
    ["action_required", "Could not read everything: 2 files", aReport([], [tooLarge("a"), tooLarge("b")])],
  ])("%s: %s", (conclusion, title, report) => {
    expect(toCheckRun(repo, report, urls)).toMatchObject({ conclusion, title });
  });
});

describe("summary", () => {
  test("a block says what, where, by which commit, how sure, and what to do", () => {
    const report = {
      ...aReport([aChangeFinding({ places: [aPlace(), aPlace({ path: "b.ts" })] })]),
      issues: new Map([["f".repeat(32), { number: 12, url: urls.issue(repo, 12) }]]),
    };
    const { summary } = toCheckRun(repo, report, urls);
    expect(summary).toMatchInlineSnapshot(`
      "**A credential is in the commits of this change. Treat it as known to others.**

      | Credential | Where | Commit | Shown as | Fingerprint | Confidence | Incident |
      | --- | --- | --- | --- | --- | --- | --- |
      | GitHub personal access token (classic) (critical) | [\`b.ts:2\`](https://github.com/acme/shop/blob/cccccccccccccccccccccccccccccccccccccccc/b.ts#L2)<br>[\`src/config.ts:2\`](https://github.com/acme/shop/blob/cccccccccccccccccccccccccccccccccccccccc/src/config.ts#L2) | [\`ccccccc\`](https://github.com/acme/shop/commit/cccccccccccccccccccccccccccccccccccccccc) | \`ghp_****\` | \`ffffffffffffffffffffffffffffffff\` | high (90) | [#12](https://github.com/acme/shop/issues/12) |

      **What to do:** rotate it now. Make a new credential at GitHub, give it to whatever used the old one through a secret store, not through git, then revoke the old one. Removing the line, squashing or rewriting history is not enough: the commit has left the machine it was made on, and clones, forks and caches keep it.

      Read 3 commits, 14 files, 82 kB. Nothing was left out."
    `);
  });

  test("what was not read says why and what to do about it", () => {
    const { summary } = toCheckRun(repo, aReport([], [tooLarge("big.bin")]), urls);
    expect(summary).toMatchInlineSnapshot(`
      "**Nothing that blocks was found, but not everything could be read, so this is not a pass.**

      Read 3 commits, 14 files, 82 kB. Not read: 1 file, see below.

      Reading it again would change nothing, so Keyward does not: see below what to do.

      | Not read | Commit | Why | What to do |
      | --- | --- | --- | --- |
      | \`big.bin\` | [\`ddddddd\`](https://github.com/acme/shop/commit/dddddddddddddddddddddddddddddddddddddddd) | larger than Keyward reads (60 MB) | Keep it out of git or split it, or have a person look through it. |"
    `);
  });

  test("a pass says that everything was read", () => {
    const { summary } = toCheckRun(repo, aReport(), urls);
    expect(summary).toMatchInlineSnapshot(`
      "**Every commit and every file in range was read, and no credential was found.**

      Read 3 commits, 14 files, 82 kB. Nothing was left out."
    `);
  });

  test("a gap of the whole change needs no path", () => {
    const unread: Unread = { path: "", commit: aSha("a"), reason: "missing-object", detail: "" };
    expect(render(toCheckRun(repo, aReport([], [unread]), urls).summary).rows[0]?.[0]).toBe("the whole change");
  });
});

describe("text", () => {
  test("a row per commit: what it brings in, or that it is clean", () => {
    const [, second, third] = commitsOf(3);
    const report = aReport(
      [
        aChangeFinding({ places: [aPlace({ commit: second?.sha ?? "", atHead: false })] }),
        { ...unsure, places: [aPlace({ commit: third?.sha ?? "" })] },
      ],
      [{ ...tooLarge("big.bin"), commit: third?.sha ?? "" }],
    );
    expect(render(toCheckRun(repo, report, urls).text).rows.slice(0, 3)).toEqual([
      ["abc0000", "2026-11-20 10:20 UTC", "clean"],
      ["abc0011", "2026-11-20 10:20 UTC", "1 credential"],
      ["abc0022", "2026-11-20 10:20 UTC", "1 to look at, 1 file not read"],
    ]);
  });

  test("of 2,000 commits those with something are shown, the clean ones counted", () => {
    const commits = commitsOf(2_000);
    const places = [aPlace({ commit: commits[1_234]?.sha ?? "" })];
    const { text } = toCheckRun(repo, aReport([aChangeFinding({ places })], [], 2_000), urls);
    expect(render(text).rows).toHaveLength(1);
    expect(text).toContain("The other 1,999 commits: clean.");
  });
});

describe("what is dismissed", () => {
  const by: Suppression = {
    id: "s1",
    fingerprint: "f".repeat(32),
    repoId: 42,
    reason: "test-credential",
    note: "of the | sandbox",
    until: "2027-01-31T00:00:00.000Z",
    state: "approved",
    askedAt: "2026-11-20T10:20:30.000Z",
    askedBy: "alice",
    authors: { logins: ["alice"], complete: true },
    approvedBy: "mona",
    endedBy: null,
    answeredIn: [],
  };

  test("does not block, and is shown with the reason, who and until when", () => {
    const run = toCheckRun(repo, { ...aReport(), suppressed: [{ found: aChangeFinding(), by }] }, urls);
    expect(run).toMatchObject({ conclusion: "success", title: "Nothing that blocks in 3 commits; 1 dismissed" });
    expect(run).toMatchObject({ annotations: [], actions: [] });
    expect(render(run.text).rows[0]).toEqual([
      "GitHub personal access token (classic)",
      "src/config.ts:2",
      "f".repeat(32),
      "dismissed as test credential by mona, until 2027-01-31: of the | sandbox",
    ]);
  });

  test("or asked for, and by whom, while it blocks", () => {
    const waiting = [{ ...by, state: "waiting", approvedBy: null } as const];
    const { conclusion, summary } = toCheckRun(repo, { ...aReport([aChangeFinding()]), waiting }, urls);
    expect(conclusion).toBe("failure");
    expect(summary).toContain(
      `\`${"f".repeat(16)}\`: \`alice\` asks to dismiss it as test credential until 2027-01-31`,
    );
  });
});

describe("buttons", () => {
  test.each([
    [[], aReport()],
    [["retry"], aReport([], [tooLarge("a")])],
    [["false-positive", "request-exception"], aReport([aChangeFinding()])],
    [["retry", "false-positive", "request-exception"], aReport([aChangeFinding()], [tooLarge("a")])],
  ])("%j", (expected, report) => {
    const { actions } = toCheckRun(repo, report, urls);
    expect(actions.map(({ identifier }) => identifier)).toEqual(expected);
    for (const { label, description, identifier } of actions)
      expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true]);
  });
});

describe("the digests", () => {
  const report = aReport([aChangeFinding(), unsure]);
  const digestsOf = (other: CheckReport) => toCheckRun(repo, other, urls).digests;

  test("stand at the end of the text, where only Keyward can have put them", () => {
    const { text, digests } = toCheckRun(repo, report, urls);
    expect(digestsIn(text)).toEqual(digests);
    expect(digestsIn(`${text}\nmore`)).toBeNull();
    expect(digestsIn(null)).toBeNull();
  });

  test("are the same for the same report", () => {
    expect(digestsOf(structuredClone(report))).toEqual(digestsOf(report));
  });

  test("tell a change of words, such as a link to the issue, from a change of annotations or conclusion", () => {
    const { all, lasting } = digestsOf(report);
    const linked = { ...report, issues: new Map([["f".repeat(32), { number: 1, url: urls.issue(repo, 1) }]]) };
    expect(digestsOf(linked)).toEqual({ all: expect.not.stringContaining(all), lasting });
    expect(digestsOf(aReport([aChangeFinding()])).lasting).not.toBe(lasting);
    expect(digestsOf(aReport([])).lasting).not.toBe(digestsOf(aReport([], [tooLarge("a")])).lasting);
  });
});

describe("annotations", () => {
  const annotated = (...findings: ChangeFinding[]) => toCheckRun(repo, aReport(findings), urls).annotations;

  test("stand on the line, with columns, evidence and what to do", () => {
    expect(annotated(aChangeFinding())).toMatchInlineSnapshot(`
      [
        {
          "annotation_level": "failure",
          "end_column": 42,
          "end_line": 2,
          "message": "ghp_**** (fingerprint ffffffffffffffff), severity critical, confidence high (90 of 100).
      - provider format (+90)
      What to do: rotate it (GitHub): make a new one, put that in a secret store, revoke this one. Removing the line or rewriting history is not enough.",
          "path": "src/config.ts",
          "start_column": 3,
          "start_line": 2,
          "title": "GitHub personal access token (classic)",
        },
      ]
    `);
  });

  test("over several lines have no columns: GitHub takes them on one line only", () => {
    const finding = aFinding({ span: { ...aFinding().span, line: 2, endLine: 9 } });
    const [annotation] = annotated(aChangeFinding({ finding }));
    expect(annotation).toMatchObject({ start_line: 2, end_line: 9 });
    expect(annotation).not.toHaveProperty("start_column");
    expect(annotation).not.toHaveProperty("end_column");
  });

  test("of something removed again name the commit that holds it", () => {
    const [annotation] = annotated(aChangeFinding({ places: [aPlace({ atHead: false, commit: aSha("12") })] }));
    expect(annotation?.path).toBe("src/config.ts");
    expect(annotation?.message).toContain("commit 1222222 does");
  });

  test("of a notice only warn", () => {
    expect(annotated(unsure)).toMatchObject([{ annotation_level: "warning" }]);
  });

  test("name the way into an archive and the decoders", () => {
    const finding = aFinding({ path: "a.zip!/b.txt", via: ["zip", "base64"] });
    const [annotation] = annotated(aChangeFinding({ finding, places: [aPlace({ path: "a.zip" })] }));
    expect(annotation?.path).toBe("a.zip");
    expect(annotation?.message).toContain("inside the file, at b.txt");
    expect(annotation?.message).toContain("after decoding: zip, then base64");
  });

  test("of one secret in many places are few enough to leave room for the others", () => {
    const places = Array.from({ length: 100 }, (_, index) => aPlace({ path: `src/${index}.ts` }));
    const other = aChangeFinding({ finding: aFinding({ fingerprint: "1".repeat(32) }) });
    const annotations = annotated(aChangeFinding({ places }), other);
    expect(annotations).toHaveLength(perCredential + 2);
    expect(annotations[0]?.message).toContain("99 other places");
    expect(annotations.map(({ title }) => /and in .*$/.exec(title)?.[0])).toEqual([
      ...Array.from({ length: perCredential }, () => undefined),
      "and in 96 more places",
      undefined,
    ]);
    const { summary, text } = toCheckRun(repo, aReport([aChangeFinding({ places: places.slice(0, 40) })]), urls);
    expect(summary).not.toContain("Too many to annotate");
    for (const { path } of places.slice(0, 40)) expect(text).toContain(`${path}:2`);
  });

  test("beyond what a check run takes are left out and counted", () => {
    const many = Array.from({ length: perCheckRun + 25 }, (_, index) =>
      aChangeFinding({ finding: aFinding({ fingerprint: String(index).padStart(32, "0") }) }),
    );
    const { annotations, summary } = toCheckRun(repo, aReport(many), urls);
    expect(annotations).toHaveLength(perCheckRun);
    expect(summary).toContain("25 further places left out");
  });
});

/** Everything a stranger can choose, as bad as can be. */
const strange = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "|",
        "\\",
        "`",
        "```",
        "\n",
        "@octocat",
        "#1",
        "<script>",
        "-->",
        "[x](https://evil.example)",
        "![](x)",
      ),
      fc.constantFrom("<!-- keyward:report:0 -->", "https://evil.example", "\u202e", "é", "字".repeat(50)),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 15 },
  )
  .map((parts) => parts.join(""));

test("whatever paths, titles and details hold: own links only, no mentions, no HTML, the same tables", () => {
  fc.assert(
    fc.property(strange, strange, strange, (path, title, detail) => {
      const finding = aFinding({ path, title, provider: title, mask: path.slice(0, 20) });
      const report = aReport(
        [aChangeFinding({ finding, places: [aPlace({ path })] })],
        [{ ...tooLarge(path), detail }],
      );
      const { summary, text, annotations } = toCheckRun(repo, report, urls);
      const page = render(`${summary}\n\n${text}`);
      expect(page.rows.map((cells) => cells.length)).toEqual([7, 4, 3, 3, 3]);
      expect(page.links.filter((url) => !url.startsWith("https://github.com/acme/shop/"))).toEqual([]);
      const expected = ["a", "code", "h3", "p", "strong", "table", "tbody", "td", "th", "thead", "tr"];
      expect(page.elements).toEqual(expected);
      expect(page.prose).not.toMatch(/@\w|#\d/);
      expect(annotations[0]?.path).toBe(path);
    }),
    { numRuns: 300 },
  );
});

test("no report, however large, goes beyond GitHub's limits", () => {
  const long = (index: number): string => `${"深い/".repeat(300)}${index}.ts`;
  const findings = Array.from({ length: 800 }, (_, index) =>
    aChangeFinding({
      finding: aFinding({
        path: long(index),
        fingerprint: String(index).padStart(32, "0"),
        level: index % 3 ? "high" : "low",
      }),
      places: [aPlace({ path: long(index) }), aPlace({ path: `x${long(index)}`, atHead: false })],
    }),
  );
  const unread = Array.from({ length: 500 }, (_, index) => ({ ...tooLarge(long(index)), detail: "é".repeat(400) }));
  const { summary, text, annotations, title } = toCheckRun(repo, aReport(findings, unread, 2_048), urls);
  expect(sizeOf(summary)).toBeLessThanOrEqual(65_535);
  expect(sizeOf(summary)).toBeGreaterThan(50_000);
  expect(sizeOf(text)).toBeLessThanOrEqual(65_535);
  expect(sizeOf(title)).toBeLessThan(255);
  expect(summary).toMatch(/… and \d+ more credentials\./);
  expect(summary).toMatch(/… and \d+ more that were not read\./);
  expect(text).toMatch(/… and \d+ more credentials\./);
  for (const { message, title: heading } of annotations) {
    expect(sizeOf(message)).toBeLessThanOrEqual(64_000);
    expect(heading.length).toBeLessThanOrEqual(255);
  }
});
