import { expect, test } from "vitest";
import { messageOf } from "../../../src/adapters/github/incident-messages.ts";
import { toIssueBody } from "../../../src/adapters/github/issue-body.ts";
import { createWebUrls } from "../../../src/adapters/github/web-urls.ts";
import { loadDefaultRules } from "../../../src/adapters/files/rule-files.ts";
import { openIncident } from "../../../src/core/incident/incident.ts";
import { nextEntry, type RecordedEvent, type TimelineEntry } from "../../../src/core/incident/timeline.ts";
import { timelineMarkdown } from "../../../src/core/incident/timeline-text.ts";
import { chooseDetectors } from "../../../src/core/scan/generic/choose-detectors.ts";
import { maskOf } from "../../../src/core/scan/mask.ts";
import { createReferenceScanner } from "../../../src/core/scan/reference-scanner.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { testFingerprint } from "../../support/fingerprint.ts";
import { newToken } from "../../support/tokens.ts";

const { ruleSet } = loadDefaultRules();
const detectors = chooseDetectors({ generic: true, entropy: null, disabled: [] });
const scanner = createReferenceScanner({ ruleSet, detectors, fingerprint: testFingerprint });
/** What would be an incident. */
const foundIn = (text: string) =>
  scanner
    .scan({ path: "text.md", bytes: Buffer.from(text) })
    .matches.filter(({ finding }) => finding.confidence.level !== "low");

const token = newToken();
const place = { surface: "issue", number: 3, part: "body" } as const;
const at = "2026-11-23T10:00:00.000Z";
const incident = openIncident({
  id: "01890a5d-ac96-774b-bcce-b302099a8057",
  home: aRepo(),
  finding: aFinding({ mask: maskOf(token, "ghp_"), fingerprint: testFingerprint("github", token) }),
  occurrences: [
    { kind: "text", repoId: 42, place, line: 1, seenAt: at },
    { kind: "code", repoId: 42, commit: aSha("c"), blob: aSha("b"), path: "src/secret-key.ts", line: 1, seenAt: at },
  ],
});
const redacted: RecordedEvent = { kind: "textRedacted", repoId: 42, place, outcome: "masked", detail: "" };

test("nothing that Keyward writes looks like a credential: no mask, fingerprint or hash", () => {
  const [hash] = [testFingerprint("timeline", token).repeat(2)];
  const entry: TimelineEntry = nextEntry(
    incident.id,
    null,
    { at, event: redacted, state: "open", source: null },
    () => hash,
  );
  const words = [
    toIssueBody(
      { incident, steps: null, canRevoke: true, audience: "members", urls: createWebUrls("https://api.github.com") },
      null,
    ),
    messageOf(entry, incident, [entry], "members") ?? "",
    timelineMarkdown(incident, [entry], { kind: "holds", entries: 1, head: hash }),
  ];
  for (const text of words) {
    expect(text).toContain(incident.mask);
    expect(foundIn(text)).toEqual([]);
  }
  // The same scanner finds the token itself.
  expect(foundIn(token)).not.toEqual([]);
});

test.each([
  ["in a sentence", (secret: string) => `It fails with ${secret} since today.`],
  ["as a password", (secret: string) => `password = "${secret}"`],
  ["as an environment variable", (secret: string) => `\`\`\`\nAPI_TOKEN=${secret}\n\`\`\``],
  ["in a header", (secret: string) => `curl -H "Authorization: Bearer ${secret}" https://api.example.org`],
])("a mask that stands %s is not taken for a credential", (_, text) => {
  for (const mask of [maskOf(token, "ghp_"), maskOf(token), "****"]) expect(foundIn(text(mask))).toEqual([]);
});
