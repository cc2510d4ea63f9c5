import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";
import { codeOwnersPaths } from "../../core/incident/code-owners.ts";
import { known, unknown, type Exposure, type Fact } from "../../core/incident/exposure.ts";
import type { Incident } from "../../core/incident/incident.ts";
import type { CodeOccurrence } from "../../core/incident/occurrence.ts";
import type { IncidentFacts } from "../../flows/ports/incident-facts.ts";
import type { Clock } from "../../flows/ports/system.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { GithubFailed, hasStatus } from "./errors.ts";

type Rest = GithubClient["rest"];
type Place = { readonly owner: string; readonly repo: string };

const pageSize = 100;
/** More pages than this are not counted: what is not counted is unknown, and the number would not change what is to be done. */
const mostPages = 20;
/** Each tag takes a request. */
const mostTags = 50;

/** The same for each branch. */
const mostBranches = 30;
const mostBranchPages = 5;

const repoReply = z.object({
  visibility: z.enum(["public", "private", "internal"]).optional(),
  private: z.boolean(),
  forks_count: z.int(),
  topics: z.array(z.string()).optional(),
  custom_properties: z.record(z.string(), z.unknown()).optional(),
  owner: z.object({ login: z.string(), type: z.string() }),
});

/** What GitHub knows about the surroundings of an incident. */
export function createIncidentFacts(app: Pick<GithubApp, "clientFor">, clock: Clock): IncidentFacts {
  const at = ({ installationId, owner, name }: RepoRef): { readonly client: GithubClient; readonly place: Place } => ({
    client: app.clientFor(installationId),
    place: { owner, repo: name },
  });
  return {
    aboutRepository: async (repo) => {
      const { client, place } = at(repo);
      const now = repoReply.parse((await client.rest.repos.get(place)).data);
      const text = (value: unknown): string => (Array.isArray(value) ? value.join(",") : String(value));
      const properties = Object.entries(now.custom_properties ?? {}).filter(([, value]) => value !== null);
      return {
        topics: now.topics ?? [],
        properties: Object.fromEntries(properties.map(([name, value]) => [name, text(value)])),
        public: !now.private,
      };
    },
    codeOwners: async (repo) => {
      const { client, place } = at(repo);
      for (const path of codeOwnersPaths) {
        const text = await fileText(client.rest, place, path);
        if (text !== null) return text;
      }
      return null;
    },
    committer: async (repo, commit) => {
      const { client, place } = at(repo);
      return (await commitOf(client.rest, place, commit))?.login ?? null;
    },
    branchesWith: async (repo, commit, isWanted) => {
      const { client, place } = at(repo);
      const wanted = (await branchNames(client.rest, place)).filter(isWanted);
      const names: string[] = [];
      for (const name of wanted.slice(0, mostBranches)) {
        const leads = await leadsTo(client.rest, place, name, commit);
        if (leads.kind === "known" && leads.value) names.push(name);
      }
      return names;
    },
    exposure: (incident) => exposureOf(incident, at(incident.home), clock()),
  };
}

async function fileText(rest: Rest, place: Place, path: string): Promise<string | null> {
  try {
    const { data } = await rest.repos.getContent({ ...place, path });
    const file = z.object({ content: z.string(), encoding: z.literal("base64") }).safeParse(data);
    return file.success ? Buffer.from(file.data.content, "base64").toString("utf8") : null;
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

const commitReply = z.object({
  commit: z.object({ committer: z.object({ date: z.string().optional() }).nullable() }),
  author: z.object({ login: z.string().optional() }).nullable(),
  committer: z.object({ login: z.string().optional() }).nullable(),
});

/** Null: the commit is not there (any more). A commit made on GitHub's pages has its author, not `web-flow`. */
async function commitOf(
  rest: Rest,
  place: Place,
  ref: string,
): Promise<{ readonly date: string | null; readonly login: string | null } | null> {
  try {
    const { commit, author, committer } = commitReply.parse((await rest.repos.getCommit({ ...place, ref })).data);
    return { date: commit.committer?.date ?? null, login: author?.login ?? committer?.login ?? null };
  } catch (error) {
    if (hasStatus(error, 404, 409, 422)) return null;
    throw error;
  }
}

async function exposureOf(
  incident: Incident,
  { client, place }: { readonly client: GithubClient; readonly place: Place },
  now: string,
): Promise<Omit<Exposure, "visibilities">> {
  const { home, occurrences } = incident;
  const { rest } = client;
  const [first] = occurrences.filter((one): one is CodeOccurrence => one.kind === "code" && one.repoId === home.repoId);
  const about = await answer("the repository cannot be asked about", async () =>
    repoReply.parse((await rest.repos.get(place)).data),
  );
  const of = <T>(fact: Fact<z.infer<typeof repoReply>>, value: (repo: z.infer<typeof repoReply>) => T): Fact<T> =>
    fact.kind === "known" ? known(value(fact.value)) : fact;
  const noCommit = unknown("it was not seen in a commit of this repository");
  const tags = first ? await tagsWith(rest, place, first.commit) : noCommit;
  return {
    measuredAt: now,
    since: first ? await sinceOf(rest, place, first.commit) : noCommit,
    visibility: of(about, ({ visibility, private: hidden }) => visibility ?? (hidden ? "private" : "public")),
    forks: of(about, ({ forks_count }) => forks_count),
    clones: await answer("the app may not read the traffic of the repository", async () => {
      const { data } = await rest.repos.getClones(place);
      return z.object({ count: z.int(), uniques: z.int() }).parse(data);
    }),
    collaborators: await answer("the app may not list collaborators", () =>
      counted((page) => rest.repos.listCollaborators({ ...place, per_page: pageSize, page })),
    ),
    onDefaultBranch: first ? await leadsTo(rest, place, home.defaultBranch, first.commit) : noCommit,
    tags,
    releases: tags.kind === "known" ? await releasesOf(rest, place, tags.value) : tags,
    otherRepositories: known(new Set(occurrences.map(({ repoId }) => repoId).filter((id) => id !== home.repoId)).size),
    gitEvents: await answer("the audit log is open to apps of GitHub Enterprise Cloud alone", async () => {
      const phrase = `repo:${place.owner}/${place.repo}`;
      const route = "GET /orgs/{org}/audit-log";
      const { data } = await client.request(route, { org: place.owner, include: "git", phrase, per_page: pageSize });
      const entries = z.array(z.unknown()).parse(data);
      if (entries.length === pageSize) throw new TooMany("there are more than can be counted at once");
      return entries.length;
    }),
  };
}

async function sinceOf(rest: Rest, place: Place, commit: string): Promise<Fact<string>> {
  const found = await commitOf(rest, place, commit);
  return found?.date ? known(found.date) : unknown("the commit is not there any more");
}

/** Whether a branch or tag leads to a commit. */
async function leadsTo(rest: Rest, place: Place, ref: string, commit: string): Promise<Fact<boolean>> {
  return answer("the two cannot be compared", async () => {
    const options = { ...place, basehead: `${commit}...${ref}`, per_page: 1 };
    const { status } = z
      .object({ status: z.string() })
      .parse((await rest.repos.compareCommitsWithBasehead(options)).data);
    return status === "ahead" || status === "identical";
  });
}

async function branchNames(rest: Rest, place: Place): Promise<readonly string[]> {
  const names: string[] = [];
  for (let page = 1; page <= mostBranchPages; page += 1) {
    const { data } = await rest.repos.listBranches({ ...place, per_page: pageSize, page });
    names.push(
      ...z
        .array(z.object({ name: z.string() }))
        .parse(data)
        .map(({ name }) => name),
    );
    if (data.length < pageSize) break;
  }
  return names;
}

async function tagsWith(rest: Rest, place: Place, commit: string): Promise<Fact<readonly string[]>> {
  return answer("the tags cannot be listed", async () => {
    const { data } = await rest.repos.listTags({ ...place, per_page: pageSize });
    if (data.length > mostTags) throw new TooMany(`there are more than ${mostTags} tags`);
    const names: string[] = [];
    for (const { name } of data) {
      const leads = await leadsTo(rest, place, name, commit);
      if (leads.kind === "unknown") throw new TooMany(leads.reason);
      if (leads.value) names.push(name);
    }
    return names;
  });
}

async function releasesOf(rest: Rest, place: Place, tags: readonly string[]): Promise<Fact<readonly string[]>> {
  if (tags.length === 0) return known([]);
  return answer("the releases cannot be listed", async () => {
    const { data } = await rest.repos.listReleases({ ...place, per_page: pageSize });
    const named = data.filter(({ tag_name }) => tags.includes(tag_name)).map(({ tag_name }) => tag_name);
    if (data.length === pageSize && named.length < tags.length) throw new TooMany("there are more than can be listed");
    return named;
  });
}

/** More than we are willing to ask for. */
class TooMany extends Error {
  override readonly name = "TooMany";
}

/** What GitHub keeps from us is unknown; that it does not answer at all is an error, and is tried again. */
async function answer<T>(what: string, ask: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await ask());
  } catch (error) {
    if (error instanceof TooMany) return unknown(error.message);
    if (error instanceof GithubFailed && error.status !== null && error.status < 500) {
      return unknown(`${what} (GitHub answered ${error.status})`);
    }
    throw error;
  }
}

async function counted(list: (page: number) => Promise<{ readonly data: readonly unknown[] }>): Promise<number> {
  let count = 0;
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await list(page);
    count += data.length;
    if (data.length < pageSize) return count;
  }
  throw new TooMany(`there are more than ${mostPages * pageSize}`);
}
