import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { incidentMarker, sameBody, toIssueBody, toIssueTitle } from "../../../src/adapters/github/issue-body.ts";
import { sizeOf } from "../../../src/adapters/github/markdown.ts";
import { createWebUrls } from "../../../src/adapters/github/web-urls.ts";
import { messageOf } from "../../../src/adapters/github/incident-messages.ts";
import { applyEvent } from "../../../src/core/incident/apply-event.ts";
import type { RecordedEvent } from "../../../src/core/incident/timeline.ts";
import { openIncident, type Incident } from "../../../src/core/incident/incident.ts";
import type { CodeOccurrence, TextPlace } from "../../../src/core/incident/occurrence.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { render } from "../../support/rendered.ts";

const urls = createWebUrls("https://api.github.com");
const seen = (fields: Partial<CodeOccurrence> = {}): CodeOccurrence => ({
  kind: "code",
  repoId: aRepo().repoId,
  commit: aSha("c"),
  blob: aSha("b"),
  path: "src/config.ts",
  line: 3,
  seenAt: "2026-11-23T10:00:00.000Z",
  ...fields,
});
const anIncident = (fields: Partial<Incident> = {}): Incident => ({
  ...openIncident({
    id: "01890a5d-ac96-774b-bcce-b302099a8057",
    home: aRepo(),
    finding: aFinding({ fingerprint: "0123456789abcdef0123456789abcdef" }),
    occurrences: [seen()],
  }),
  ...fields,
});
const bodyOf = (incident: Incident, existing: string | null = null): string =>
  toIssueBody({ incident, steps: null, canRevoke: false, audience: "members", urls }, existing);

test("members read what leaked, where, since when, and what to do", () => {
  expect(toIssueTitle({ incident: anIncident(), audience: "members" })).toBe(
    "Leaked: GitHub personal access token (classic) (01234567)",
  );
  expect(bodyOf(anIncident())).toMatchInlineSnapshot(`
    "<!-- keyward:incident:01890a5d-ac96-774b-bcce-b302099a8057 -->

    **GitHub personal access token (classic)** was found in the commits of this repository. Everyone who can read them, or has a clone, can have it: treat it as known to others.

    **Open**: has to be contained by 2026-11-23 11:00 UTC.

    |  |  |
    | --- | --- |
    | Provider | GitHub |
    | Shown as | \`ghp_****\` |
    | Fingerprint | \`0123456789abcdef0123456789abcdef\` |
    | Severity | critical |
    | Class | high |
    | Owner | nobody is known |
    | Rule | \`github-pat\` |
    | First seen | 2026-11-23 10:00 UTC |

    ### Where

    - [\`src/config.ts:3\`](https://github.com/acme/shop/blob/cccccccccccccccccccccccccccccccccccccccc/src/config.ts#L3) in [\`ccccccc\`](https://github.com/acme/shop/commit/cccccccccccccccccccccccccccccccccccccccc), seen 2026-11-23 10:00 UTC

    ### Who could see it

    Not looked into yet.

    ### What to do

    **Contain**

    - [ ] Make a new credential at GitHub, with no more rights than it needs
    - [ ] Give it to whatever used the old one through a secret store, not through a file in git
    - [ ] Revoke the old one at GitHub, and see that it is refused
    - [ ] The old one is dead: the provider refuses it, or somebody with the role attests it

    **Assess**

    - [ ] Find out who could read it: collaborators, forks, clones
    - [ ] List what the old one could reach and change
    - [ ] Look through the access logs of GitHub since 2026-11-23 10:00 UTC, or the commit's date if that is earlier, for use that is not yours

    **Recover**

    - [ ] Undo what was done with it, and rotate what it gave access to
    - [ ] Take it out of the current files; rewriting history is worth it only once it is dead
    - [ ] Note how it got here and what will stop the next one, such as a pre-commit hook

    Write \`/keyward rotated\` in a comment once the new credential is in use, and \`/keyward help\` for all that can be said. This issue closes when the old credential is dead: by the provider's answer, or by the word of somebody with the role. If it turns up in a new place, Keyward opens this again.

    <!-- keyward:end -->"
  `);
});

test("everybody reads only that a maintainer should look", () => {
  const incident = anIncident();
  const body = toIssueBody({ incident, steps: null, canRevoke: false, audience: "everyone", urls }, null);
  const title = toIssueTitle({ incident, audience: "everyone" });
  expect(`${title}\n${body}`).toMatchInlineSnapshot(`
    "Keyward: something here needs a maintainer
    <!-- keyward:incident:01890a5d-ac96-774b-bcce-b302099a8057 -->

    Keyward noticed something in this repository that a maintainer has to look at. Because everyone can read this issue, it says no more.

    Please ask the people who run Keyward for incident \`01890a5d-ac96-774b-bcce-b302099a8057\`. This issue stays open until the incident is closed.

    <!-- keyward:end -->"
  `);
  for (const { path, commit } of [seen()]) expect(body).not.toMatch(new RegExp(`${path}|${commit}`));
  for (const word of [incident.fingerprint.slice(0, 8), incident.ruleId, incident.mask, incident.title, "GitHub"]) {
    expect(title + body).not.toContain(word);
  }
});

test("texts beside the code are linked where they stand", () => {
  const places: readonly TextPlace[] = [
    { surface: "issue", number: 3, part: "body" },
    { surface: "pull-request", number: 4, part: "title" },
    { surface: "issue-comment", number: 3, id: 31 },
    { surface: "review", number: 4, id: 41 },
    { surface: "review-comment", number: 4, id: 42 },
    { surface: "release", id: 5, tag: "v1/a b", part: "body" },
    { surface: "wiki", path: "guides/Set up.md", revision: aSha("d") },
    { surface: "commit-message", commit: aSha("e") },
    { surface: "tag-message", tag: "v2 b", object: aSha("f") },
  ];
  const occurrences = places.map((place) => ({
    kind: "text" as const,
    repoId: 42,
    place,
    line: 1,
    seenAt: "2026-11-23T10:00:00.000Z",
  }));
  const links = [...bodyOf(anIncident({ occurrences })).matchAll(/acme\/shop\/([^)]*)\)/g)].map(([, page]) => page);
  expect(new Set(links)).toEqual(
    new Set([
      `commit/${aSha("e")}`,
      "issues/3",
      "issues/3#issuecomment-31",
      "pull/4",
      "pull/4#discussion_r42",
      "pull/4#pullrequestreview-41",
      "releases/tag/v1/a%20b",
      "releases/tag/v2%20b",
      `wiki/Set%20up/${aSha("d")}`,
    ]),
  );
});

describe("places", () => {
  const listed = (incident: Incident): readonly string[] =>
    [...bodyOf(incident).matchAll(/^- (?!\[[ x]\])(.*)$/gm)].map(([, line = ""]) => line);

  test("the newest first, each a permanent link", () => {
    const occurrences = [seen(), seen({ path: "b c.md", line: 9, seenAt: "2026-11-24T08:15:00.000Z" })];
    expect(listed(anIncident({ occurrences }))).toEqual([
      expect.stringContaining(`[\`b c.md:9\`](https://github.com/acme/shop/blob/${aSha("c")}/b%20c.md?plain=1#L9)`),
      expect.stringContaining(`[\`src/config.ts:3\`](https://github.com/acme/shop/blob/${aSha("c")}/src/config.ts#L3)`),
    ]);
  });

  test("in other repositories are counted, not named: not everyone here may see those", () => {
    const elsewhere = [1, 2, 3].map((line) => seen({ repoId: line === 1 ? 50 : 51, path: "private.ts", line }));
    const lines = listed(anIncident({ occurrences: [seen(), ...elsewhere] }));
    expect(lines).toEqual([expect.stringContaining("src/config.ts"), "and 3 places in 2 other repositories"]);
  });

  test("too many for an issue end with how many more there are", () => {
    const occurrences = Array.from({ length: 5_000 }, (_, line) =>
      seen({ line: line + 1, path: `${"深い/".repeat(20)}.ts` }),
    );
    const body = bodyOf(anIncident({ occurrences }));
    expect(sizeOf(body)).toBeLessThanOrEqual(65_536);
    expect(sizeOf(body)).toBeGreaterThan(60_000);
    const shown = body.match(/^- \[`/gm)?.length ?? 0;
    expect(body).toContain(`- … and ${(5_000 - shown).toLocaleString("en-US")} more places`);
  });
});

describe("an existing issue", () => {
  test("keeps the ticks people made and what they wrote below, also after GitHub's editor was at it", () => {
    const edited = `${bodyOf(anIncident())}\n\nAsked the vendor, ticket 77.`
      .replace("- [ ] Revoke the old one", "- [x] Revoke the old one")
      .replaceAll("\n", "\r\n");
    const body = bodyOf(anIncident({ occurrences: [seen(), seen({ path: "second.ts" })] }), edited);
    expect(body).toContain("- [x] Revoke the old one at GitHub");
    expect(body.match(/- \[x\]/g)).toHaveLength(1);
    expect(body).toContain("second.ts");
    expect(body.endsWith("Asked the vendor, ticket 77.")).toBe(true);
  });

  test("that says the same is the same, whatever its line ends", () => {
    const body = bodyOf(anIncident());
    expect(sameBody(body, `${body.replaceAll("\n", "\r\n")}\r\n`)).toBe(true);
    expect(sameBody(body, body.replace("critical", "low"))).toBe(false);
    expect(sameBody(bodyOf(anIncident(), body), body)).toBe(true);
  });

  test("whose people's notes are long still fits", () => {
    const occurrences = Array.from({ length: 1_000 }, (_, line) => seen({ line: line + 1 }));
    const notes = "n".repeat(30_000);
    const body = bodyOf(anIncident({ occurrences }), `${bodyOf(anIncident())}\n${notes}`);
    expect(sizeOf(body)).toBeLessThanOrEqual(65_536);
    expect(body.endsWith(notes)).toBe(true);
  });
});

const strange = fc
  .array(
    fc.oneof(
      fc.constantFrom("|", "`", "\n", "@octocat", "#1", "<b>", "-->", "[x](https://evil.example)", "- [ ] Revoke"),
      fc.constantFrom("\n<!-- keyward:end -->\n", "<!-- keyward:incident:other -->", "https://evil.example", "\\"),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(""));

test("whatever a path or a rule's title holds: nothing comes of it, the markers stay ours, and writing again changes nothing", () => {
  fc.assert(
    fc.property(strange, strange, (path, title) => {
      const incident = anIncident({ title, provider: title, ruleId: title, mask: path, occurrences: [seen({ path })] });
      const body = bodyOf(incident);
      expect(body.startsWith(`${incidentMarker(incident)}\n`)).toBe(true);
      expect(body.match(/^<!-- keyward:/gm)).toHaveLength(2);
      const page = render(body);
      expect(page.links.filter((url) => !url.startsWith("https://github.com/acme/shop/"))).toEqual([]);
      const expected = [
        "a",
        "code",
        "h3",
        "input",
        "li",
        "p",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
      ];
      expect(page.elements.filter((name) => !expected.includes(name))).toEqual([]);
      expect(page.prose).not.toMatch(/@\w|#\d/);
      expect(toIssueTitle({ incident, audience: "members" })).not.toMatch(/@\w|\n/);
      expect(toIssueTitle({ incident, audience: "members" }).length).toBeLessThanOrEqual(256);
      expect(bodyOf(incident, body)).toBe(body);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["possible", /Possible: put the new one in use first[^]*live for 24 hours more/],
  ["impossible", /Not possible:[^]*there is no overlap/],
  ["unknown", /Not known: find out before/],
] as const)("whether old and new can live side by side is said: %s", (overlap, said) => {
  const steps = { issue: ["Make one."], revoke: [], reach: [], links: [], overlap };
  const body = toIssueBody({ incident: anIncident(), steps, canRevoke: false, audience: "members", urls }, null);
  expect(body).toMatch(/### How it is rotated\n\n\*\*Old and new side by side\*\*/);
  expect(body).toMatch(said);
});

test("with a provider's steps and ten thousand places it stays what GitHub takes, and all sections are there", () => {
  const occurrences = Array.from({ length: 10_000 }, (_, line) =>
    seen({ path: `deep/${"x".repeat(150)}/${line}.ts`, line }),
  );
  const steps = {
    issue: Array.from({ length: 20 }, () => "Settings > Tokens > New: only the rights it needs."),
    revoke: ["Delete the old one."],
    reach: ["Everything."],
    overlap: "possible" as const,
    links: [{ title: "Tokens", url: "https://docs.example.com/tokens" }],
  };
  const body = toIssueBody(
    { incident: anIncident({ occurrences }), steps, canRevoke: true, audience: "members", urls },
    null,
  );
  expect(sizeOf(body)).toBeLessThanOrEqual(65_536);
  for (const section of ["Where", "Who could see it", "How it is rotated", "What to do"])
    expect(body).toContain(`### ${section}`);
  expect(body).toMatch(/… and [\d,]+ more places/);
});

test("events tick what they have done; what people ticked stays", () => {
  const by = { kind: "person", login: "mona" } as const;
  const rotated = applyEvent(anIncident(), { kind: "rotationClaimed", by }, "2026-11-23T11:00:00.000Z").incident;
  const ticked = (body: string) =>
    [...body.matchAll(/^- \[x\] (.*)$/gm)].map(([, task]) => task?.split(" ").slice(0, 3).join(" "));
  const before = bodyOf(rotated);
  expect(ticked(before)).toEqual(["Make a new", "Give it to"]);
  const byHand = before.replace("- [ ] List what", "- [x] List what");
  const over = applyEvent(rotated, { kind: "attested", by, statement: "dead" }, "2026-11-23T12:00:00.000Z").incident;
  expect(ticked(bodyOf(over, byHand))).toEqual([
    "Make a new",
    "Give it to",
    "Revoke the old",
    "The old one",
    "List what the",
  ]);
});

test("whatever people say in a command, nothing comes of it in what Keyward writes", () => {
  const hostile = fc
    .stringMatching(/^[ -~@#<>`|\n\u202e]{0,60}$/)
    .map((text) => `${text} @acme #1 <img src=x> \`|\n- [x] x`);
  fc.assert(
    fc.property(hostile, (text) => {
      const by = { kind: "person", login: text } as const;
      const events: RecordedEvent[] = [
        { kind: "attested", by, statement: text },
        { kind: "reopened", by, reason: text },
        { kind: "hookAnswered", hook: text, outcome: "refused", detail: text },
        { kind: "probed", state: "live", evidence: { host: text, status: 200, reason: text } },
        { kind: "escalated", to: text },
      ];
      for (const event of events) {
        const entry = { seq: 1, at: "2026-11-23T10:00:00.000Z", event, state: "open", source: null, hash: "" } as const;
        const page = render(messageOf(entry, anIncident(), [entry], "members") ?? "");
        expect(page.elements.filter((name) => !["p", "code", "strong"].includes(name))).toEqual([]);
        expect(page.prose).not.toMatch(/@\w|#\d/);
      }
    }),
    { numRuns: 60, examples: [["# a"], ["    a"], ["- a"]] },
  );
});
