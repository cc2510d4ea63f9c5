import { bytesOfByteText } from "../../scan/byte-text.ts";
import type { NewFile } from "./complete-gitignore.ts";
import type { FixRequest } from "./fix-plan.ts";

/** What a pull request would change, and what it says. */
export type Proposal = {
  readonly about: string;
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  readonly message: string;
  readonly files: readonly NewFile[];
};

/** How far a proposal has come, as GitHub shows it. */
export type ProposalState = {
  readonly base: string;
  readonly baseHead: string;
  /** null: there is no such branch. */
  readonly branchHead: string | null;
  /** Whether the branch has commits that the base has not. */
  readonly isAhead: boolean;
  /** By path, on the branch if there is one, else on the base; null: no such file there. Texts are byte strings. */
  readonly onBranch: ReadonlyMap<string, { readonly sha: string; readonly text: string } | null>;
  readonly onBase: ReadonlyMap<string, { readonly sha: string; readonly text: string } | null>;
  /** The newest from this branch. */
  readonly pull: {
    readonly number: number;
    readonly state: "open" | "closed" | "merged";
    readonly body: string;
  } | null;
};

const markerOf = (about: string, content: string): string => `<!-- keyward:fix ${about} ${content} -->`;

/**
 * The requests that lead from where a proposal is to its being open with these files. Each is left out once it has had its effect,
 * so that planning again after a crash, or after an answer that was lost, goes on where that was. `closed`: somebody closed a pull
 * request with the same content, which is not opened again.
 */
export function proposalRequests(
  repository: string,
  proposal: Proposal,
  state: ProposalState,
  hashOf: (text: string) => string,
): { readonly requests: readonly FixRequest[]; readonly closed: number | null } {
  const { about, branch, title, files } = proposal;
  const content = hashOf(JSON.stringify(files)).slice(0, 16);
  const marker = markerOf(about, content);
  const body = `${proposal.body}\n\n${marker}\n`;
  const { pull } = state;
  const isSame = pull?.body.includes(marker) === true;
  if (pull?.state === "closed" && isSame) return { requests: [], closed: pull.number };
  const at = `/repos/${repository}`;
  if (pull?.state === "open") {
    // What people did to it since is theirs.
    if (isSame) return { requests: [], closed: null };
    const rewrite: FixRequest = { method: "PATCH", path: `${at}/pulls/${pull.number}`, body: { title, body } };
    return { requests: [...filesOn(at, proposal, state.onBranch), rewrite], closed: null };
  }
  const open: FixRequest = {
    method: "POST",
    path: `${at}/pulls`,
    body: { title, head: branch, base: state.base, body, maintainer_can_modify: true },
  };
  if (state.branchHead === null) {
    const make: FixRequest = {
      method: "POST",
      path: `${at}/git/refs`,
      body: { ref: `refs/heads/${branch}`, sha: state.baseHead },
    };
    return { requests: [make, ...filesOn(at, proposal, state.onBase), open], closed: null };
  }
  const todo = filesOn(at, proposal, state.onBranch);
  if (todo.length === 0 && state.isAhead) return { requests: [open], closed: null };
  const isAtBase = state.branchHead === state.baseHead;
  const reset: FixRequest = {
    method: "PATCH",
    path: `${at}/git/refs/heads/${branch}`,
    body: { sha: state.baseHead, force: true },
  };
  return {
    requests: [...(isAtBase ? [] : [reset]), ...filesOn(at, proposal, state.onBase), open],
    closed: null,
  };
}

const filesOn = (
  at: string,
  { branch, message, files }: Proposal,
  there: ProposalState["onBase"],
): readonly FixRequest[] =>
  files.flatMap(({ path, text }) => {
    const found = there.get(path) ?? null;
    if (found?.text === text) return [];
    return [
      {
        method: "PUT" as const,
        path: `${at}/contents/${path.split("/").map(encodeURIComponent).join("/")}`,
        body: { message, content: base64(text), branch, ...(found === null ? {} : { sha: found.sha }) },
      },
    ];
  });

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The core has no Node to ask. */
function base64(text: string): string {
  const bytes = bytesOfByteText(text);
  let out = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    out += b === undefined ? "=" : alphabet.charAt((bits >> 6) & 63);
    out += c === undefined ? "=" : alphabet.charAt(bits & 63);
  }
  return out;
}
