import * as z from "zod";
import type { FixRequest, FixStep, Granted } from "../../core/posture/fixes/fix-plan.ts";
import { bypassModes, enforcements } from "../../core/posture/fixes/own-ruleset.ts";
import type { NamedAction } from "../../core/posture/fixes/pin-actions.ts";
import type { ProposalState } from "../../core/posture/fixes/proposal.ts";
import type { FoundRuleset } from "../../core/posture/fixes/settings-plan.ts";
import { fromByteText } from "../../core/scan/byte-text.ts";
import type { PostureSubject } from "../../flows/ports/facts.ts";
import type { FixDesk } from "../../flows/ports/fixes.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus } from "./errors.ts";

/** Reads what fixes start from, and sends the requests they are made of, with GitHub's REST API. */
export function createFixDesk(app: Pick<GithubApp, "clientFor" | "permissionsIn" | "slug">): FixDesk {
  const at = ({ installationId, owner, name }: PostureSubject) => ({
    client: app.clientFor(installationId),
    repo: { owner, repo: name },
  });
  return {
    granted: async ({ owner, name }): Promise<Granted> => (await app.permissionsIn({ owner, repo: name })) ?? {},
    ruleset: (subject, name) => ownRuleset(at(subject), name),
    commitOfTag: (subject, action) => commitOfTag(at(subject).client, action),
    proposal: (subject, of) => proposalState(at(subject), of),
    lastEditor: (subject, step) => lastEditor(at(subject), step),
    audited: async (subject, actions, since) => audited(at(subject), actions, since, `${await app.slug()}[bot]`),
    send: (subject, request) => send(at(subject).client, request),
  };
}

type Place = { readonly client: GithubClient; readonly repo: { readonly owner: string; readonly repo: string } };

const listed = z.array(z.object({ id: z.int(), name: z.string() }));
const ruleset = z.object({
  enforcement: z.enum(enforcements),
  conditions: z
    .object({ ref_name: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }).optional() })
    .nullish(),
  bypass_actors: z
    .array(
      z.object({ actor_type: z.string(), actor_id: z.int().nullish(), bypass_mode: z.enum(bypassModes).optional() }),
    )
    .nullish(),
  rules: z.array(z.object({ type: z.string(), parameters: z.record(z.string(), z.unknown()).optional() })).optional(),
});

/** https://docs.github.com/en/rest/repos/rules#get-all-repository-rulesets */
async function ownRuleset({ client, repo }: Place, name: string): Promise<FoundRuleset | null> {
  const page = { ...repo, includes_parents: false, per_page: 100 };
  const all = listed.parse(await client.paginate(client.rest.repos.getRepoRulesets, page));
  const found = all.find((one) => one.name === name);
  if (found === undefined) return null;
  const { data } = await client.rest.repos.getRepoRuleset({ ...repo, ruleset_id: found.id, includes_parents: false });
  const { enforcement, conditions, bypass_actors: actors, rules } = ruleset.parse(data);
  return {
    id: found.id,
    ruleset: {
      enforcement,
      include: conditions?.ref_name?.include ?? [],
      exclude: conditions?.ref_name?.exclude ?? [],
      bypass: (actors ?? []).map(({ actor_type, actor_id, bypass_mode }) => ({
        type: actor_type,
        id: actor_id ?? null,
        mode: bypass_mode ?? "always",
      })),
      rules: (rules ?? []).map(({ type, parameters }) => ({ type, ...(parameters && { parameters }) })),
    },
  };
}

/** https://docs.github.com/en/rest/commits/commits#get-a-commit */
async function commitOfTag({ rest }: GithubClient, { repository, tag }: NamedAction): Promise<string | null> {
  const [owner = "", repo = ""] = repository.split("/");
  try {
    const { data } = await rest.repos.getCommit({ owner, repo, ref: `tags/${tag}` });
    return z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) }).parse(data).sha;
  } catch (error) {
    if (hasStatus(error, 403, 404, 409, 422)) return null;
    throw error;
  }
}

const branchReply = z.object({ commit: z.object({ sha: z.string() }) });
const pullReply = z.object({
  number: z.int(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  body: z.string().nullish(),
});

async function proposalState(
  place: Place,
  { base, branch, paths }: { readonly base: string; readonly branch: string; readonly paths: readonly string[] },
): Promise<ProposalState> {
  const { client, repo } = place;
  const baseHead = await headOf(place, base);
  if (baseHead === null) throw new Error(`${repo.owner}/${repo.repo} has no branch ${base} any more`);
  const branchHead = await headOf(place, branch);
  const onBase = await filesAt(place, baseHead, paths);
  const pulls = await client.rest.pulls.list({
    ...repo,
    head: `${repo.owner}:${branch}`,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 1,
  });
  const [pull] = z.array(pullReply).parse(pulls.data);
  return {
    base,
    baseHead,
    branchHead,
    isAhead: branchHead !== null && (await isAhead(place, baseHead, branchHead)),
    onBase,
    onBranch: branchHead === null ? onBase : await filesAt(place, branchHead, paths),
    pull:
      pull === undefined
        ? null
        : {
            number: pull.number,
            state: pull.state === "open" ? "open" : pull.merged_at ? "merged" : "closed",
            body: pull.body ?? "",
          },
  };
}

async function headOf({ client, repo }: Place, branch: string): Promise<string | null> {
  try {
    return branchReply.parse((await client.rest.repos.getBranch({ ...repo, branch })).data).commit.sha;
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

/** https://docs.github.com/en/rest/commits/commits#compare-two-commits */
async function isAhead({ client, repo }: Place, base: string, head: string): Promise<boolean> {
  const { data } = await client.rest.repos.compareCommitsWithBasehead({
    ...repo,
    basehead: `${base}...${head}`,
    per_page: 1,
  });
  return z.object({ ahead_by: z.int() }).parse(data).ahead_by > 0;
}

async function filesAt(
  { client, repo }: Place,
  ref: string,
  paths: readonly string[],
): Promise<ProposalState["onBase"]> {
  const files = new Map<string, { readonly sha: string; readonly text: string } | null>();
  for (const path of paths) {
    try {
      const { data } = await client.rest.repos.getContent({ ...repo, path: fromByteText(path), ref });
      const { sha, content } = z.object({ sha: z.string(), content: z.string() }).parse(data);
      files.set(path, { sha, text: Buffer.from(content, "base64").toString("latin1") });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      files.set(path, null);
    }
  }
  return files;
}

/**
 * The id alone is told.
 * https://docs.github.com/en/rest/repos/rules#get-repository-ruleset-history
 */
async function lastEditor({ client, repo }: Place, { requests }: FixStep): Promise<string | null> {
  const id = requests.map(({ path }) => /\/rulesets\/(\d+)$/.exec(path)?.[1]).find((one) => one !== undefined);
  if (id === undefined) return null;
  try {
    const { data } = await client.rest.repos.getRepoRulesetHistory({ ...repo, ruleset_id: Number(id), per_page: 1 });
    const [newest] = z.array(z.object({ actor: z.object({ id: z.int().optional() }) })).parse(data);
    return newest?.actor.id === undefined ? null : `the account with the id ${newest.actor.id}`;
  } catch (error) {
    if (hasStatus(error, 403, 404)) return null;
    throw error;
  }
}

const auditEntry = z.object({ actor: z.string().optional(), action: z.string().optional() });

/**
 * Of several qualifiers of one kind either counts.
 * https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization
 */
async function audited(
  { client, repo }: Place,
  actions: readonly string[],
  since: string,
  ownLogin: string,
): Promise<string | null> {
  const wanted = actions.map((action) => `action:${action}`).join(" ");
  const phrase = `repo:${repo.owner}/${repo.repo} ${wanted} created:>=${since.slice(0, 19)}Z`;
  try {
    const query = { org: repo.owner, phrase, include: "web", order: "desc", per_page: 100 };
    const { data } = await client.request("GET /orgs/{org}/audit-log", query);
    const entries = z.array(auditEntry).parse(data);
    const found = entries.find(({ actor, action = "" }) => actor !== ownLogin && actions.includes(action));
    return found?.actor === undefined ? null : `@${found.actor}`;
  } catch (error) {
    if (hasStatus(error, 403, 404)) return null;
    throw error;
  }
}

/** 404, 409 and 422: what was planned with has changed meanwhile. */
async function send(client: GithubClient, { method, path, body }: FixRequest): Promise<"done" | "denied" | "gone"> {
  try {
    await client.request(`${method} ${path}`, { ...body });
    return "done";
  } catch (error) {
    if (hasStatus(error, 403)) return "denied";
    if (hasStatus(error, 404, 409, 422)) return "gone";
    throw error;
  }
}
