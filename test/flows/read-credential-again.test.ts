import { expect, it } from "vitest";
import type { RepoRef } from "../../src/core/change/change.ts";
import { openIncident, type Incident, type Redaction } from "../../src/core/incident/incident.ts";
import type { Occurrence, TextPlace } from "../../src/core/incident/occurrence.ts";
import { Secret } from "../../src/core/scan/secret.ts";
import { readCredentialAgain, type ReadAgainPorts } from "../../src/flows/read-credential-again.ts";
import { aFinding, aRepo, aSha } from "../support/builders.ts";
import { fakeTexts } from "../support/fake-texts.ts";

const at = (hour: number): string => `2026-11-02T${hour}:00:00.000Z`;
const gone = { kind: "unavailable", detail: "nobody has it" } as const;

/** What stands in git, by what is asked for; everything else is gone. */
function startPorts(inGit: Readonly<Record<string, string>> = {}, known: readonly RepoRef[] = [aRepo()]) {
  const { texts, set } = fakeTexts();
  const asked: string[] = [];
  const read = (what: string) => {
    asked.push(what);
    const text = inGit[what];
    return Promise.resolve(text === undefined ? gone : ({ kind: "read", bytes: Buffer.from(text) } as const));
  };
  const ports: ReadAgainPorts = {
    readBlob: ({ name }, sha) => read(name === aRepo().name ? `blob ${sha}` : `${name} blob ${sha}`),
    repoOf: async (_, repoId) => known.find((one) => one.repoId === repoId) ?? null,
    readMessage: (_, sha) => read(`message ${sha}`),
    texts,
    wikis: {
      readMessage: (_, sha) => read(`wiki message ${sha}`),
      readFileAt: (_, { revision, path }) => read(`wiki ${path} ${revision}`),
    },
    scannerFor: () => ({
      scan: async ({ path, bytes }) => ({
        matches: Buffer.from(bytes).includes("a-credential")
          ? [{ finding: aFinding({ path }), secret: new Secret("a-credential") }]
          : [],
        gaps: [],
      }),
    }),
  };
  return {
    asked,
    set,
    find: (incident: Incident) => readCredentialAgain(ports)(incident, new AbortController().signal),
  };
}

const seenIn = (place: TextPlace, hour = 10): Occurrence => ({
  kind: "text",
  repoId: aRepo().repoId,
  place,
  line: 1,
  seenAt: at(hour),
});
const incidentOf = (...occurrences: Occurrence[]): Incident =>
  openIncident({ id: "i-1", home: aRepo(), finding: aFinding(), occurrences });
const body = { surface: "issue", number: 3, part: "body" } as const;
const blob = { kind: "code", repoId: 42, commit: aSha("c"), blob: aSha("b"), path: "a.ts", line: 1 } as const;

const inGit: readonly [string, TextPlace, string][] = [
  ["the message of a commit", { surface: "commit-message", commit: aSha("1") }, `message ${aSha("1")}`],
  ["the message of a tag", { surface: "tag-message", tag: "v1", object: aSha("2") }, `message ${aSha("2")}`],
  ["a page of a wiki", { surface: "wiki", path: "Set up.md", revision: aSha("3") }, `wiki Set up.md ${aSha("3")}`],
  ["what was said in a wiki", { surface: "wiki", path: null, revision: aSha("4") }, `wiki message ${aSha("4")}`],
];

it.each(inGit)("a credential is read again from %s", async (_, place, what) => {
  const { find } = startPorts({ [what]: "with a-credential" });
  expect(await find(incidentOf(seenIn(place)))).toMatchObject({ kind: "found", credential: { ruleId: "github-pat" } });
});

it("from a text on GitHub, by the part where it was seen", async () => {
  const { find, set } = startPorts();
  const title = { surface: "issue", number: 3, part: "title" } as const;
  const parts = [
    { place: title, text: "Help" },
    { place: body, text: "with a-credential" },
  ];
  set({ surface: "issue", number: 3 }, { kind: "read", parts });
  expect(await find(incidentOf(seenIn(body)))).toMatchObject({ kind: "found" });
  expect(await find(incidentOf(seenIn(title)))).toEqual({
    kind: "not-there",
    reason: "it does not stand any more where it was seen",
  });
});

it("from another repository of the installation where its home has it no more, or is gone", async () => {
  const shop2 = aRepo({ repoId: 43, name: "shop-2" });
  const elsewhere = [43, 44].map((repoId) => ({ ...blob, repoId, seenAt: at(12) }));
  const incident = incidentOf({ ...blob, seenAt: at(11) }, ...elsewhere);
  const there = { [`shop-2 blob ${aSha("b")}`]: "a-credential" };
  for (const known of [[aRepo(), shop2], [shop2]]) {
    const { find, asked } = startPorts(there, known);
    expect(await find(incident)).toMatchObject({ kind: "found" });
    expect(asked).toEqual([`blob ${aSha("b")}`, `shop-2 blob ${aSha("b")}`]);
  }
  expect(await startPorts({}, [aRepo(), shop2]).find(incident)).toEqual({
    kind: "not-there",
    reason: "it cannot be read again: nobody has it; nor can it be read in 2 other repositories",
  });
});

it("from a text of another repository", async () => {
  const { find, set } = startPorts({}, [aRepo(), aRepo({ repoId: 43, name: "shop-2" })]);
  set({ surface: "issue", number: 3 }, { kind: "read", parts: [{ place: body, text: "with a-credential" }] });
  expect(await find(incidentOf({ ...blob, seenAt: at(11) }, { ...seenIn(body), repoId: 43 }))).toMatchObject({
    kind: "found",
  });
});

it("the newest place first, and from an older one where that is gone", async () => {
  const { find, asked } = startPorts({ [`blob ${aSha("b")}`]: "a-credential" });
  const message = seenIn({ surface: "commit-message", commit: aSha("1") }, 12);
  expect(await find(incidentOf({ ...blob, seenAt: at(11) }, message))).toMatchObject({ kind: "found" });
  expect(asked).toEqual([`message ${aSha("1")}`, `blob ${aSha("b")}`]);
});

it.each([
  ["deleted", { kind: "gone" } as const, /cannot be read again: the text was deleted/],
  ["not to be read", { kind: "unread", detail: "it is too long" } as const, /cannot be read again: it is too long/],
])("where the text is %s, that is the reason", async (_, reading, reason) => {
  const { find, set } = startPorts();
  set({ surface: "issue", number: 3 }, reading);
  expect(await find(incidentOf(seenIn(body)))).toMatchObject({ kind: "not-there", reason });
});

it("where it was masked, the reason says so and asks for somebody's word", async () => {
  const { find, set } = startPorts();
  set({ surface: "issue", number: 3 }, { kind: "read", parts: [{ place: body, text: "with ghp_****" }] });
  const redaction: Redaction = { repoId: 42, place: body, at: at(11), outcome: "masked", detail: "" };
  const found = await find({ ...incidentOf(seenIn(body)), redactions: [redaction] });
  expect(found).toMatchObject({ kind: "not-there", reason: /taken out of the text .* has to attest/ });
});

it("a page of a wiki is read again though it was masked: its history has it", async () => {
  const place = { surface: "wiki", path: "Home.md", revision: aSha("3") } as const;
  const { find } = startPorts({ [`wiki Home.md ${aSha("3")}`]: "a-credential" });
  const redaction: Redaction = { repoId: 42, place, at: at(11), outcome: "masked", detail: "" };
  expect(await find({ ...incidentOf(seenIn(place)), redactions: [redaction] })).toMatchObject({ kind: "found" });
});
