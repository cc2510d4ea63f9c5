import type { ContentScanner } from "../core/scan/scanner.ts";
import type { Match } from "../core/scan/finding.ts";
import {
  baselineSecrets,
  gitleaksIgnored,
  markedLines,
  type BaselineSecret,
} from "../core/suppression/foreign-marks.ts";
import type { SecretPlace } from "../core/suppression/suppression-config.ts";
import type { SuppressionReason } from "../core/suppression/suppression.ts";

/** A file of a commit. */
export type CommittedFile = { readonly path: string; readonly blob: string; readonly bytes: Uint8Array };

export type ImportPorts = {
  /** Every file of the commit that is checked out, as far as it can be read. */
  readonly files: () => AsyncIterable<CommittedFile>;
  /** A file of a commit, `HEAD` for the one that is checked out; null: it is not there, or cannot be read. */
  readonly fileAt: (commit: string, path: string) => Promise<CommittedFile | null>;
  readonly scanner: ContentScanner;
  /** In hex. */
  readonly sha1: (text: string) => string;
};

/** A secret that another tool was told to leave alone, as Keyward's configuration says it. */
export type TakenSuppression = SecretPlace & { readonly reason: SuppressionReason; readonly note: string };

/** What came of an import: what it took, and what not, each with the reason. */
export type Imported = {
  readonly taken: readonly TakenSuppression[];
  readonly left: readonly { readonly what: string; readonly why: string }[];
};

const head = "HEAD";
const nothingThere = "Keyward finds no credential there, so nothing has to be said";

type Desk = ImportPorts & {
  readonly take: (file: CommittedFile, line: number, reason: SuppressionReason, note: string) => void;
  readonly leave: (what: string, why: string) => void;
  /** What is found in a file, each file once. */
  readonly matchesIn: (file: CommittedFile) => Promise<readonly Match[]>;
};

/**
 * Reads what other tools were told to leave alone, in the commit that is checked out: `.gitleaksignore`, `.secrets.baseline` and marks
 * on lines. Each becomes the place of a secret that Keyward itself finds there; the content's id says forever which secret is meant.
 */
export async function importSuppressions(ports: ImportPorts): Promise<Imported> {
  const taken = new Map<string, TakenSuppression>();
  const left: { what: string; why: string }[] = [];
  const scanned = new Map<string, readonly Match[]>();
  const desk: Desk = {
    ...ports,
    take: ({ blob, path }, line, reason, note) => {
      const key = JSON.stringify([blob, path, line]);
      if (!taken.has(key)) taken.set(key, { blob, path, line, reason, note });
    },
    leave: (what, why) => void left.push({ what, why }),
    matchesIn: async ({ blob, path, bytes }) => {
      const key = `${blob} ${path}`;
      const matches = scanned.get(key) ?? (await ports.scanner.scan({ path, bytes })).matches;
      scanned.set(key, matches);
      return matches;
    },
  };
  await fromGitleaksIgnore(desk);
  await fromBaseline(desk);
  await fromMarks(desk);
  return { taken: [...taken.values()], left };
}

const textOf = ({ bytes }: CommittedFile): string => new TextDecoder().decode(bytes);

const on = (matches: readonly Match[], line: number): readonly Match[] =>
  matches.filter(({ finding: { span } }) => span.line <= line && line <= span.endLine);

async function fromGitleaksIgnore(desk: Desk): Promise<void> {
  const name = ".gitleaksignore";
  const file = await desk.fileAt(head, name);
  if (!file) return;
  for (const ignored of gitleaksIgnored(textOf(file))) {
    const what = `${name}:${ignored.at}`;
    if (ignored.place === null) {
      desk.leave(what, "expected commit:file:rule:line or file:rule:line");
      continue;
    }
    const { commit, path, line } = ignored.place;
    const there = await desk.fileAt(commit ?? head, path);
    if (!there)
      desk.leave(what, commit === null ? "the file is not there any more" : "the commit or its file is not here");
    else if (on(await desk.matchesIn(there), line).length === 0) desk.leave(what, nothingThere);
    else desk.take(there, line, "accepted-risk", `imported from ${name}`);
  }
}

async function fromBaseline(desk: Desk): Promise<void> {
  const name = ".secrets.baseline";
  const file = await desk.fileAt(head, name);
  if (!file) return;
  const secrets = baselineSecrets(textOf(file));
  if (!secrets) {
    desk.leave(name, "it is not a baseline as detect-secrets writes one");
    return;
  }
  for (const secret of secrets) await fromBaselineSecret(secret, name, desk);
}

async function fromBaselineSecret(secret: BaselineSecret, name: string, desk: Desk): Promise<void> {
  const { path, sha1, line, audited } = secret;
  const what = `${name}: ${path}${line === null ? "" : `:${line}`}`;
  if (audited === "real") {
    desk.leave(what, "it was audited as a real secret: rotate it");
    return;
  }
  const there = await desk.fileAt(head, path);
  if (!there) {
    desk.leave(what, "the file is not there any more");
    return;
  }
  const same = (await desk.matchesIn(there)).filter((match) => desk.sha1(match.secret.reveal()) === sha1);
  if (same.length === 0) desk.leave(what, nothingThere);
  const reason = audited === "not-real" ? "false-positive" : "accepted-risk";
  for (const { finding } of same) desk.take(there, finding.span.line, reason, `imported from ${name}`);
}

async function fromMarks(desk: Desk): Promise<void> {
  for await (const file of desk.files()) {
    for (const { mark, line } of markedLines(textOf(file))) {
      if (on(await desk.matchesIn(file), line).length > 0) desk.take(file, line, "accepted-risk", `marked ${mark}`);
      else desk.leave(`${file.path}:${line} (${mark})`, nothingThere);
    }
  }
}
