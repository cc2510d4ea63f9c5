import { isMap, isScalar, isSeq, type Node } from "yaml";
import { parseYaml, readDocument } from "../../config/yaml-text.ts";
import { isThirdPartyUnpinned } from "../action-reference.ts";
import type { WorkflowFile } from "../facts.ts";

/** An action that a workflow names by a tag: `owner/name`, and the tag. */
export type NamedAction = { readonly repository: string; readonly tag: string };

/** The commit a tag names; null if it does not name one. */
export type CommitOf = (action: NamedAction) => string | null;

export type PinnedWorkflows = {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly pinned: readonly string[];
  /** What a person has to pin, and why. */
  readonly left: readonly string[];
};

/** The actions that would have to be looked up to pin what is not pinned. */
export const actionsToPin = (files: readonly WorkflowFile[]): readonly NamedAction[] => {
  const all = files.flatMap((file) => usesIn(file).flatMap(({ value }) => namedIn(value) ?? []));
  return [...new Map(all.map((one) => [`${one.repository}@${one.tag}`, one])).values()];
};

/** Writes the commit in the place of each tag, and the tag in a comment behind it. Nothing else of a file changes, which is checked. */
export function pinActions(files: readonly WorkflowFile[], commitOf: CommitOf): PinnedWorkflows {
  const results = files.map((file) => pinFile(file, commitOf));
  return {
    files: results.flatMap(({ path, text, before }) => (text === before ? [] : [{ path, text }])),
    pinned: results.flatMap(({ pinned }) => pinned),
    left: results.flatMap(({ left }) => left),
  };
}

type Use = { readonly value: string; readonly start: number; readonly end: number };

function pinFile({ path, text }: WorkflowFile, commitOf: CommitOf) {
  const pinned: string[] = [];
  const left: string[] = [];
  let after = text;
  // From the end, so that the places before stay where they are.
  for (const use of usesIn({ path, text }).toReversed()) {
    if (!isThirdPartyUnpinned(use.value)) continue;
    const action = namedIn(use.value);
    const commit = action === null ? null : commitOf(action);
    const next = action === null || commit === null ? null : replaced(after, use, action.tag, commit);
    if (next === null || !onlyUsesDiffer(after, next)) {
      left.unshift(`${path}: ${use.value} names no tag that can be looked up`);
      continue;
    }
    after = next;
    pinned.unshift(`${path}: ${use.value} → ${commit}`);
  }
  return { path, text: after, before: text, pinned, left };
}

/** `owner/name` and the tag of `owner/name/path@tag`; null for a container, a local action or an expression. */
function namedIn(uses: string): NamedAction | null {
  if (!isThirdPartyUnpinned(uses)) return null;
  const found = /^([\w.-]+\/[\w.-]+)(?:\/[^@\s]*)?@([\w./-]+)$/.exec(uses);
  return found?.[1] === undefined || found[2] === undefined ? null : { repository: found[1], tag: found[2] };
}

function replaced(text: string, { value, start, end }: Use, tag: string, commit: string): string | null {
  const written = text.slice(start, end);
  const at = written.lastIndexOf(`@${tag}`);
  if (at < 0 || !written.includes(value)) return null;
  const lineEnd = /\r?\n|$/.exec(text.slice(end))?.index ?? 0;
  const rest = text.slice(end, end + lineEnd);
  const comment = /^(.*?)\s+#\s*(.*)$/.exec(rest);
  const kept =
    comment?.[2] === undefined || comment[2].startsWith(tag) ? (comment?.[2] ?? tag) : `${tag} ${comment[2]}`;
  const pinned = `${written.slice(0, at)}@${commit}${written.slice(at + 1 + tag.length)}`;
  return `${text.slice(0, start)}${pinned}${(comment?.[1] ?? rest).trimEnd()} # ${kept}${text.slice(end + lineEnd)}`;
}

/** Every `uses` of a step or a job, where it stands. */
function usesIn({ text }: WorkflowFile): readonly Use[] {
  const document = readDocument(text);
  if (document === null || document.errors.length > 0 || !isMap(document.contents)) return [];
  const jobs = document.contents.get("jobs", true);
  const runs = document.contents.get("runs", true);
  return [...(isMap(jobs) ? jobs.items.map(({ value }) => value) : []), runs].flatMap((job) => {
    if (!isMap(job)) return [];
    const steps = job.get("steps", true);
    return [job, ...(isSeq(steps) ? steps.items : [])].flatMap((node) =>
      isMap(node) ? useOf(node.get("uses", true)) : [],
    );
  });
}

function useOf(node: unknown): readonly Use[] {
  if (!isScalar(node) || typeof node.value !== "string") return [];
  const range = (node as Node).range;
  return range === null || range === undefined ? [] : [{ value: node.value, start: range[0], end: range[1] }];
}

/** Read as YAML, the two differ in nothing but the commits of actions. */
function onlyUsesDiffer(before: string, after: string): boolean {
  const [was, is] = [before, after].map((text) => {
    const yaml = parseYaml(text);
    return "message" in yaml
      ? null
      : JSON.stringify(yaml.value, (key, value: unknown) =>
          key === "uses" && typeof value === "string" ? value.split("@")[0] : value,
        );
  });
  return was !== null && was === is;
}
