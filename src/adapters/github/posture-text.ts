import { createHash } from "node:crypto";
import { mayBeSaid, type Audience } from "../../core/posture/audience.ts";
import { standingOf, type PostureResult, type Standing } from "../../core/posture/evaluate.ts";
import type { Rotation } from "../../core/posture/rotations.ts";
import { fromStored } from "../../core/posture/stored-posture.ts";
import { waiverText } from "../../core/posture/waivers.ts";
import type { RepositoryPosture } from "../../flows/ports/posture-store.ts";
import { code, plain, plural, shortened, sizeOf, table } from "./markdown.ts";

/** Of a text on GitHub, in bytes, with room for what is put around it. */
const longest = 60_000;
const evidenceShown = 12;

export const audienceIn = ({ repo }: Pick<RepositoryPosture, "repo">): Audience =>
  repo.visibility === "public" ? "everyone" : "members";

/** By which a repeat is recognised. That a key is a day older than yesterday is no news. */
export const digestOf = (text: string): string =>
  createHash("sha256")
    .update(text.replace(/\b\d+ days\b/g, "… days"))
    .digest("hex")
    .slice(0, 32);

/** In one line: how many claims are false, and how many are not known. */
export function headline(posture: RepositoryPosture): string {
  const audience = audienceIn(posture);
  const results = fromStored(posture.results);
  if (audience === "everyone") return "What maintainers should look at";
  const count = countOf(results);
  const parts = [
    ...(posture.problems.length > 0 ? ["keyward.yml is not understood"] : []),
    ...(count("fail") > 0 ? [`${plural(count("fail"), "claim")} not true`] : []),
    ...(count("inconclusive") > 0 ? [`${count("inconclusive")} not known`] : []),
    ...(posture.rotations.length > 0 ? [`${plural(posture.rotations.length, "key")} to rotate`] : []),
  ];
  return parts.length === 0 ? "All claims are true, or waived" : parts.join(", ");
}

/** All that is told of a repository, as Markdown, to those who can read it there. */
export function postureText(posture: RepositoryPosture): string {
  const audience = audienceIn(posture);
  const results = fromStored(posture.results).filter(({ check }) => mayBeSaid(check.id, audience));
  const of = (standing: Standing): readonly PostureResult[] => results.filter((one) => standingOf(one) === standing);
  const parts = [
    audience === "everyone" ? saidElsewhere(posture) : scoreText(posture),
    ...section("keyward.yml is not understood", audience === "members" ? problemLines(posture) : ""),
    ...section("Not true", claimTable(of("fail"), "What to do")),
    ...section("Keys to rotate", audience === "members" ? rotationText(posture.rotations) : ""),
    ...section("Waived", waivedTable(results.filter(({ waivers }) => waivers.length > 0))),
    ...section("Not known", claimTable(of("inconclusive"), "What it takes")),
  ];
  return parts.join("\n\n");
}

/** What is not true and not known of these, and which keys are to be rotated, each under its heading. */
export const claimTables = (
  title: string,
  results: readonly PostureResult[],
  { problems, rotations }: Pick<RepositoryPosture, "problems" | "rotations">,
): readonly string[] => {
  const of = (standing: Standing): readonly PostureResult[] => results.filter((one) => standingOf(one) === standing);
  return [
    ...section(`${title}: keyward.yml is not understood`, problemLines({ problems })),
    ...section(`${title}: not true`, claimTable(of("fail"), "What to do")),
    ...section(`${title}: keys to rotate`, rotationText(rotations)),
    ...section(`${title}: waived`, waivedTable(results.filter(({ waivers }) => waivers.length > 0))),
    ...section(`${title}: not known`, claimTable(of("inconclusive"), "What it takes")),
  ];
};

const section = (title: string, text: string): readonly string[] => (text === "" ? [] : [`### ${title}\n\n${text}`]);

const countOf =
  (results: readonly PostureResult[]) =>
  (standing: Standing): number =>
    results.filter((one) => standingOf(one) === standing).length;

function scoreText({ results, score }: RepositoryPosture): string {
  const count = countOf(fromStored(results));
  const waived = count("waived") > 0 ? `, ${count("waived")} waived` : "";
  const said = `${count("pass")} claims are true, ${count("fail")} are not${waived}, ${count("inconclusive")} are not known.`;
  return score === null ? said : `**Score ${score} of 100.** ${said}`;
}

const saidElsewhere = ({ repo }: RepositoryPosture): string =>
  `Everyone can read this, so it says only what helps nobody who means harm. Maintainers see the rest with ${code(`keyward posture ${repo.owner}/${repo.name}`)}, or in the summary of the organization.`;

const problemLines = ({ problems }: Pick<RepositoryPosture, "problems">): string =>
  problems.length === 0
    ? ""
    : [
        ...problems.map((one) => `- ${plain(shortened(one, 500))}`),
        "",
        "What it says does not count, its waivers included, until it is understood.",
      ].join("\n");

function claimTable(results: readonly PostureResult[], last: string): string {
  if (results.length === 0) return "";
  const rows = results.map((result) => [
    `**${plain(result.check.title)}**<br>${code(result.check.id)}`,
    evidenceText(result),
    result.outcome === "inconclusive" ? permissionText(result.permissions) : plain(result.check.remedy),
  ]);
  return table(["Claim", "What was found", last], rows, longest / 3, (left) => `… and ${plural(left, "claim")} more.`);
}

function evidenceText({ evidence, waivers }: PostureResult): string {
  const shown = evidence.slice(0, evidenceShown).map((one) => plain(shortened(one, 300)));
  const more = evidence.length > shown.length ? [`… and ${evidence.length - shown.length} more`] : [];
  const expired = waivers.filter((one) => one.expired).map((one) => `_${plain(shortened(waiverText(one), 300))}_`);
  return [...shown, ...more, ...expired].join("<br>");
}

const permissionText = (permissions: readonly string[]): string =>
  permissions.length === 0 ? "" : `Grant the app ${permissions.map((one) => code(one)).join(", ")}.`;

function waivedTable(results: readonly PostureResult[]): string {
  const rows = results.flatMap(({ check, waivers }) =>
    waivers.map(({ by, reason, expires, expired, only, from }) => [
      code(check.id),
      only === null ? "all of it" : only.map((one) => code(shortened(one, 100))).join(", "),
      `${plain(shortened(by, 100))}${from === "organization" ? " (for the organization)" : ""}`,
      expired ? `${expires}: **expired, counts no more**` : expires,
      plain(shortened(reason, 300)),
    ]),
  );
  if (rows.length === 0) return "";
  return table(["Claim", "For", "By", "Until", "Why"], rows, longest / 6, (left) => `… and ${left} more.`);
}

function rotationText(rotations: readonly Rotation[]): string {
  if (rotations.length === 0) return "";
  const rows = rotations.map(({ what, environmentClass, due, late }) => [
    plain(shortened(what, 200)),
    environmentClass,
    late ? `**was due ${due}**` : `by ${due}`,
  ]);
  const how =
    "Make a new key at its provider and set it as the value; let the old one live beside it for 24 to 48 hours, so that nothing breaks; then revoke the old one.";
  return `${how}\n\n${table(["Key", "Class", "Due"], rows, longest / 6, (left) => `… and ${plural(left, "key")} more.`)}`;
}

/** Cut to what GitHub takes. */
export const fitted = (text: string): string =>
  sizeOf(text) <= longest ? text : `${Buffer.from(text).subarray(0, longest).toString("utf8")}\n\n… and more.`;
