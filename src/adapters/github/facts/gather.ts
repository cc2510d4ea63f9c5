import type { Fact } from "../../../core/posture/fact.ts";
import { known, unknown } from "../../../core/posture/fact.ts";
import type { FactName, Facts, FactValues } from "../../../core/posture/facts.ts";
import type { ContentScanner } from "../../../core/scan/scanner.ts";
import type { GatherFacts, PostureSubject } from "../../../flows/ports/facts.ts";
import type { GithubApp } from "../app.ts";
import { inquiryOf, type Inquiry } from "./asking.ts";
import { protectedBranches } from "./branches.ts";
import { deployKeys, organizationWebhooks, webhooks } from "./keys-and-hooks.ts";
import { accessTokens, ipAllowList } from "./organization.ts";
import { repositoryFacts } from "./repository.ts";
import { sensitiveFiles } from "./sensitive-files.ts";
import { sharedPolicy } from "./shared-policy.ts";
import { organizationFacts, privateReporting, workflowDefaults } from "./settings.ts";
import { organizationSecrets, storedSecrets } from "./stored-secrets.ts";
import { readTree, treeFacts, workflowFiles } from "./tree.ts";

const notAsked = unknown("it was not asked for");

/** What is the same for all repositories of an owner and cannot be asked conditionally: so long one answer counts for all. */
const sharedFreshMs = 10 * 60_000;

function sharedByAll<T>(
  ask: (subject: PostureSubject) => Promise<Fact<T>>,
): (subject: PostureSubject) => Promise<Fact<T>> {
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<Fact<T>> }>();
  return (subject) => {
    const key = `${subject.installationId}:${subject.owner}`;
    const before = answers.get(key);
    if (before && performance.now() - before.at < sharedFreshMs) return before.answer;
    const answer = ask(subject);
    answers.set(key, { at: performance.now(), answer });
    // What went wrong is told to who waits for it, and asked again by who comes later.
    answer.catch(() => answers.delete(key));
    return answer;
  };
}

/**
 * Facts about a repository and its organization, read from GitHub's API, one after the other. `scannerFor` looks into tracked files
 * whose names promise a credential.
 */
export function createFactGatherer(
  { clientFor }: Pick<GithubApp, "clientFor">,
  scannerFor: (installationId: number) => ContentScanner,
): GatherFacts {
  const inquiryFor = (subject: PostureSubject): Inquiry => inquiryOf(clientFor(subject.installationId), subject);
  const allowListOf = sharedByAll((subject) => ipAllowList(inquiryFor(subject)));
  const sharedPolicyOf = sharedByAll((subject) => sharedPolicy(inquiryFor(subject)));
  return async (subject, needed, branches, found) => {
    const inquiry = inquiryFor(subject);
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
      sharedPolicy: await wanted("sharedPolicy", () => sharedPolicyOf(subject)),
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
