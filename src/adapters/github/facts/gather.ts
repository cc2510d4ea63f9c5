import type { Fact } from "../../../core/posture/fact.ts";
import { known, unknown } from "../../../core/posture/fact.ts";
import type { FactName, Facts, FactValues } from "../../../core/posture/facts.ts";
import type { ContentScanner } from "../../../core/scan/scanner.ts";
import type { GatherFacts, PostureSubject } from "../../../flows/ports/facts.ts";
import type { GithubApp } from "../app.ts";
import { inquiryOf } from "./asking.ts";
import { protectedBranches } from "./branches.ts";
import { deployKeys, organizationWebhooks, webhooks } from "./keys-and-hooks.ts";
import { accessTokens, ipAllowList } from "./organization.ts";
import { repositoryFacts } from "./repository.ts";
import { sensitiveFiles } from "./sensitive-files.ts";
import { organizationFacts, privateReporting, workflowDefaults } from "./settings.ts";
import { organizationSecrets, storedSecrets } from "./stored-secrets.ts";
import { readTree, treeFacts, workflowFiles } from "./tree.ts";

const notAsked = unknown("it was not asked for");

/** GraphQL has no conditional requests: so long one answer counts for all repositories of an organization. */
const allowListFreshMs = 10 * 60_000;

/**
 * Facts about a repository and its organization, read from GitHub's API, one after the other. `scannerFor` looks into tracked files
 * whose names promise a credential.
 */
export function createFactGatherer(
  { clientFor }: Pick<GithubApp, "clientFor">,
  scannerFor: (installationId: number) => ContentScanner,
): GatherFacts {
  const allowLists = new Map<string, { readonly at: number; readonly answer: Fact<boolean | null> }>();
  const allowListOf = async ({ installationId, owner }: PostureSubject): Promise<Fact<boolean | null>> => {
    const key = `${installationId}:${owner}`;
    const before = allowLists.get(key);
    if (before && performance.now() - before.at < allowListFreshMs) return before.answer;
    const answer = await ipAllowList(inquiryOf(clientFor(installationId), { installationId, owner, name: "" }));
    allowLists.set(key, { at: performance.now(), answer });
    return answer;
  };
  return async (subject, needed, branches, found) => {
    const inquiry = inquiryOf(clientFor(subject.installationId), subject);
    const wanted = <Name extends FactName>(name: Name, ask: () => Promise<Fact<FactValues[Name]>>) =>
      needed.has(name) ? ask() : Promise.resolve(notAsked);
    const { repository, security } = found ?? (await repositoryFacts(inquiry));
    const ofOrganization = <Name extends FactName>(name: Name, ask: () => Promise<Fact<FactValues[Name]>>) =>
      repository.kind === "known" && repository.value.ownedBy === "person" ? notAsked : wanted(name, ask);
    const branch = repository.kind === "known" ? repository.value.defaultBranch : null;
    const readsFiles = needed.has("tree") || needed.has("workflows") || needed.has("sensitiveFiles");
    const tree = branch !== null && readsFiles ? await readTree(inquiry, branch) : notAsked;
    const empty = tree.kind === "known" && tree.value === null;
    return {
      repository,
      security,
      branches: await wanted("branches", async () => {
        if (repository.kind === "unknown") return repository;
        return branch === null || empty ? known([]) : protectedBranches(inquiry, branch, branches);
      }),
      tree: await wanted("tree", () => treeFacts(inquiry, tree)),
      workflows: await wanted("workflows", () => workflowFiles(inquiry, tree)),
      sensitiveFiles: await wanted("sensitiveFiles", () =>
        sensitiveFiles(inquiry, tree, () => scannerFor(subject.installationId)),
      ),
      workflowDefaults: await wanted("workflowDefaults", () => workflowDefaults(inquiry)),
      secrets: await wanted("secrets", () => storedSecrets(inquiry)),
      deployKeys: await wanted("deployKeys", () => deployKeys(inquiry)),
      webhooks: await wanted("webhooks", () => webhooks(inquiry)),
      privateReporting: await wanted("privateReporting", () => privateReporting(inquiry)),
      organization: await ofOrganization("organization", () => organizationFacts(inquiry)),
      organizationSecrets: await ofOrganization("organizationSecrets", () => organizationSecrets(inquiry)),
      organizationWebhooks: await ofOrganization("organizationWebhooks", () => organizationWebhooks(inquiry)),
      accessTokens: await ofOrganization("accessTokens", () => accessTokens(inquiry)),
      ipAllowList: await ofOrganization("ipAllowList", () => allowListOf(subject)),
    } satisfies Facts;
  };
}
