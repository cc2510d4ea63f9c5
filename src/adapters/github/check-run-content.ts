import { createHash } from "node:crypto";
import type { RepoRef } from "../../core/change/change.ts";
import { mostRetries } from "../../core/verdict/retry.ts";
import { shownFingerprint } from "../../core/suppression/suppression.ts";
import { endedAs, requestText } from "../../core/verdict/brief.ts";
import { isMarked, type Verdict } from "../../core/verdict/verdict.ts";
import type { CheckReport } from "../../flows/ports/check-runs.ts";
import type { CheckAction } from "../../flows/ports/check-actions.ts";
import { annotationsFor, type Annotation } from "./check-run-annotations.ts";
import { configurationText, faultAnnotations, leftOutLine } from "./check-run-policy.ts";
import {
  commitTable,
  credentialTable,
  placesTable,
  suppressedTable,
  unreadTable,
  type ReportPage,
} from "./check-run-tables.ts";
import { credentialsIn, type Credential } from "./credentials.ts";
import { bytesText, code, plain, plural, shortened, sizeOf, timeText } from "./markdown.ts";
import type { WebUrls } from "./web-urls.ts";

/** All that a completed check run says. */
export type CheckRunContent = {
  readonly conclusion: "success" | "failure" | "action_required";
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly Annotation[];
  readonly actions: readonly CheckButton[];
  /** Written, hidden, at the end of `text`. */
  readonly digests: Digests;
};

/** A button: https://docs.github.com/en/rest/checks/runs, at most three, with texts of at most 20, 40 and 20 characters. */
export type CheckButton = { readonly label: string; readonly description: string; readonly identifier: CheckAction };

const buttons: Readonly<Record<CheckAction, CheckButton>> = {
  retry: { label: "Retry", description: "Reads everything in this change again.", identifier: "retry" },
  "false-positive": {
    label: "False positive",
    description: "None of these is a credential.",
    identifier: "false-positive",
  },
  "request-exception": {
    label: "Request exception",
    description: "Asks others to accept it for 90 days.",
    identifier: "request-exception",
  },
};

/**
 * By which a repeat is recognised: `all` stands for everything that is said, `lasting` for what cannot be changed on a run once it
 * is said: GitHub adds annotations and never takes one back.
 */
export type Digests = { readonly all: string; readonly lasting: string };

/** Of `summary` and of `text`, https://docs.github.com/en/rest/checks/runs; counted in bytes to be safe. */
const longest = 65_535;

/** What a report looks like as a check run. Pure, and the same for the same report: a repeat is recognised by its digests. */
export function toCheckRun(repo: RepoRef, report: CheckReport, urls: WebUrls): CheckRunContent {
  const { verdict } = report;
  const shas = report.commits.map(({ sha }) => sha);
  const blocking = credentialsIn(verdict.blocking, shas);
  const notices = credentialsIn(verdict.notices, shas);
  const suppressed = suppressedIn(report, shas);
  const page: ReportPage = { repo, report, urls, blocking, notices, suppressed };
  const { annotations: found, left } = annotationsFor(blocking, notices);
  const annotations = [...faultAnnotations(verdict.configuration), ...found];
  const content = {
    conclusion: ({ pass: "success", block: "failure", incomplete: "action_required" } as const)[verdict.outcome],
    title: titleOf(page),
    summary: summaryOf(page, left),
    text: textOf(page),
    annotations,
    actions: buttonsFor(verdict),
  };
  const digests = { all: digestOf(content), lasting: digestOf([content.conclusion, annotations]) };
  return { ...content, text: `${content.text}\n\n<!-- keyward:report:${digests.all}:${digests.lasting} -->`, digests };
}

/** What can be done about it with one press. */
function buttonsFor({ outcome, coverage }: Verdict): readonly CheckButton[] {
  return [
    ...(coverage.unread.length > 0 ? [buttons.retry] : []),
    ...(outcome === "block" ? [buttons["false-positive"], buttons["request-exception"]] : []),
  ];
}

function suppressedIn({ suppressed }: CheckReport, shas: readonly string[]): ReportPage["suppressed"] {
  const by = new Map(suppressed.map((one) => [one.found.finding.fingerprint, one.by] as const));
  const found = suppressed.map((one) => one.found);
  return credentialsIn(found, shas).flatMap((credential) => {
    const suppression = by.get(credential.finding.fingerprint);
    return suppression ? [{ ...credential, by: suppression }] : [];
  });
}

const digestOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);

/** The digests at the end of a check run's text, or null if there are none. */
export function digestsIn(text: string | null): Digests | null {
  const [, all, lasting] = /<!-- keyward:report:([0-9a-f]{32}):([0-9a-f]{32}) -->\s*$/.exec(text ?? "") ?? [];
  return all === undefined || lasting === undefined ? null : { all, lasting };
}

function titleOf({ report: { verdict }, blocking, notices, suppressed }: ReportPage): string {
  const { commits, unread } = verdict.coverage;
  const missed = plural(unread.length, "file");
  switch (verdict.outcome) {
    case "block": {
      const found = `${plural(blocking.length, "credential")} found in ${plural(commits, "commit")}`;
      return unread.length === 0 ? found : `${found}; ${missed} not read`;
    }
    case "incomplete":
      return `Could not read everything: ${missed}`;
    case "pass":
      if (commits === 0) return "No new commits to read";
      if (suppressed.length > 0)
        return `Nothing that blocks in ${plural(commits, "commit")}; ${suppressed.length.toLocaleString("en-US")} ${endedAs(suppressed)}`;
      if (notices.length === 0 && verdict.known.length > 0) return `No new credentials in ${plural(commits, "commit")}`;
      return notices.length === 0
        ? `No credentials found in ${plural(commits, "commit")}`
        : `Nothing that blocks in ${plural(commits, "commit")}; ${notices.length.toLocaleString("en-US")} to look at`;
  }
}

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function summaryOf(page: ReportPage, unannotated: number): string {
  const { blocking, report } = page;
  const { unread } = report.verdict.coverage;
  const lead = `**${leadOf(report, blocking.length)}**`;
  const remedy = blocking.length === 0 ? "" : remedyOf(blocking);
  const requests = requestsText(report);
  const coverage = coverageLine(report.verdict);
  const retry = retryLine(report);
  const old = knownLine(report);
  const out = leftOutLine(report.verdict.coverage);
  const configuration = configurationText(report.verdict.configuration);
  const crowd = unannotated === 0 ? "" : `Too many to annotate: ${plural(unannotated, "further place")} left out.`;
  const room = longest - sizeOf(lead + remedy + requests + coverage + retry + crowd + old + out + configuration) - 100;
  const gaps = unread.length === 0 ? "" : unreadTable(page, unread, blocking.length === 0 ? room : room / 3);
  const found = blocking.length === 0 ? "" : credentialTable(page, blocking, room - sizeOf(gaps));
  return paragraphs([lead, found, crowd, requests, remedy, old, coverage, out, configuration, retry, gaps]);
}

function leadOf({ verdict, suppressed }: CheckReport, credentials: number): string {
  const { outcome, notices, known, coverage } = verdict;
  switch (outcome) {
    case "block":
      return credentials === 1
        ? "A credential is in the commits of this change. Treat it as known to others."
        : "Credentials are in the commits of this change. Treat them as known to others.";
    case "incomplete":
      return "Nothing that blocks was found, but not everything could be read, so this is not a pass.";
    case "pass":
      if (suppressed.length > 0)
        return `Nothing that blocks was found. What is ${endedAs(suppressed)} is listed below.`;
      if (coverage.commits === 0) return "There is nothing new here that was not looked at before.";
      if (notices.length === 0)
        return `${readWhole(coverage)} was read, and no credential ${known.length > 0 ? "is new" : "was found"}.`;
      return "Nothing that blocks was found. What is to be looked at is listed below.";
  }
}

const readWhole = ({ leftOut }: Verdict["coverage"]): string =>
  leftOut ? "Everything in range that the policy wants looked at" : "Every commit and every file in range";

const requestsShown = 10;

/** What was asked for and is not answered, and who can answer it. */
function requestsText({ waiting }: CheckReport): string {
  if (waiting.length === 0) return "";
  const lines = waiting
    .slice(0, requestsShown)
    .map((one) => `- ${code(shownFingerprint(one.fingerprint))}: ${requestText(one)}`);
  const left = waiting.length - lines.length;
  return [
    "**Asked for**, and to be answered by somebody else who may (`/keyward allow` or `/keyward deny` in the pull request):\n",
    ...lines,
    ...(left > 0 ? [`- … and ${left.toLocaleString("en-US")} more.`] : []),
  ].join("\n");
}

function remedyOf(blocking: readonly Credential[]): string {
  const providers = [...new Set(blocking.map(({ finding }) => finding.provider))];
  const [provider] = providers;
  const at =
    providers.length > 1 || provider === undefined || provider === "Generic"
      ? ""
      : ` at ${plain(shortened(provider, 100))}`;
  return (
    `**What to do:** rotate ${blocking.length === 1 ? "it" : "them"} now. Make a new credential${at}, ` +
    "give it to whatever used the old one through a secret store, not through git, then revoke the old one. Removing the " +
    "line, squashing or rewriting history is not enough: the commit has left the machine it was made on, and clones, forks " +
    "and caches keep it."
  );
}

const mostLinks = 20;

/** What was there before is counted, with its incidents, and no more. */
function knownLine({ verdict, issues }: CheckReport): string {
  const fingerprints = [...new Set(verdict.known.map(({ finding }) => finding.fingerprint))];
  if (fingerprints.length === 0) return "";
  const filed = fingerprints.flatMap((fingerprint) => issues.get(fingerprint) ?? []);
  const links = [...new Set(filed.slice(0, mostLinks).map(({ number, url }) => `[#${number}](${url})`))].join(", ");
  const [was, does] = fingerprints.length === 1 ? ["was", "does"] : ["were", "do"];
  const where = links === "" ? "" : `: ${links}${filed.length > mostLinks ? ", …" : ""}`;
  const marked = new Set(verdict.known.filter(isMarked).map(({ finding }) => finding.fingerprint)).size;
  const meant = marked === 0 ? "" : ` ${marked.toLocaleString("en-US")} of them marked \`keyward:allow\` there.`;
  return `${plural(fingerprints.length, "credential")} ${was} there before this change and ${does} not block it${where}.${meant}`;
}

function coverageLine({ coverage }: Verdict): string {
  const { commits, blobs, bytes, unread, submodules, leftOut } = coverage;
  const read = `Read ${plural(commits, "commit")}, ${plural(blobs, "file")}, ${bytesText(bytes)}.`;
  const missed =
    unread.length === 0
      ? leftOut
        ? ""
        : "Nothing was left out."
      : `Not read: ${plural(unread.length, "file")}, see below.`;
  const links =
    submodules === 0 ? "" : ` ${plural(submodules, "submodule link")}: what is behind belongs to another repository.`;
  return `${read} ${missed}${links}`.trim();
}

/** What Keyward does by itself about what it could not read, or that it is somebody's turn. */
function retryLine({ verdict, retry }: CheckReport): string {
  if (verdict.outcome !== "incomplete") return "";
  switch (retry?.kind) {
    case "planned":
      return `Keyward tries again by itself at ${timeText(retry.at)} (retry ${retry.number} of ${mostRetries}). ${sooner}`;
    case "given-up":
      return `**Keyward has tried again ${plural(retry.tries, "time")} and has given up.** Do what the table says, then press *Retry*.`;
    case undefined:
      return "Reading it again would change nothing, so Keyward does not: see below what to do.";
  }
}

const sooner = "Press *Retry* to have it sooner.";

function textOf(page: ReportPage): string {
  const room = longest - 500;
  const unsure = page.notices.length === 0 ? "" : credentialTable(page, page.notices, room / 4);
  const notices =
    unsure && `### To look at\n\nThese do not block: Keyward is not sure enough, or the policy says so.\n\n${unsure}`;
  const suppressed =
    page.suppressed.length === 0
      ? ""
      : `### ${capitalized(endedAs(page.suppressed))}\n\n${suppressedTable(page, room / 4)}`;
  const everywhere = placesTable(page, room / 4);
  const places = everywhere && `### Every place\n\n${everywhere}`;
  const rest = room - sizeOf(notices) - sizeOf(suppressed) - sizeOf(places);
  const commits = page.report.commits.length === 0 ? "" : commitTable(page, rest);
  return paragraphs([suppressed, commits && `### Commits\n\n${commits}`, notices, places]);
}

const paragraphs = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");
