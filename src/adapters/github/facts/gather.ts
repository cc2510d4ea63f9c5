import { unknown } from "../../../core/posture/fact.ts";
import type { FactName, Facts, FactValues } from "../../../core/posture/facts.ts";
import type { Fact } from "../../../core/posture/fact.ts";
import type { GatherFacts } from "../../../flows/ports/facts.ts";
import type { GithubApp } from "../app.ts";
import { inquiryOf } from "./asking.ts";
import { branchFacts } from "./branches.ts";
import { deployKeys, webhooks } from "./keys-and-hooks.ts";
import { repositoryFacts } from "./repository.ts";
import { organizationFacts, privateReporting, workflowDefaults } from "./settings.ts";
import { storedSecrets } from "./stored-secrets.ts";
import { readTree, treeFacts, workflowFiles } from "./tree.ts";

const notAsked = unknown("it was not asked for");

/** Facts about a repository and its organization, read from GitHub's REST API, one after the other. */
export function createFactGatherer({ clientFor }: Pick<GithubApp, "clientFor">): GatherFacts {
  return async (subject, needed) => {
    const inquiry = inquiryOf(clientFor(subject.installationId), subject);
    const wanted = <Name extends FactName>(name: Name, ask: () => Promise<Fact<FactValues[Name]>>) =>
      needed.has(name) ? ask() : Promise.resolve(notAsked);
    const { repository, security } = await repositoryFacts(inquiry);
    const branch = repository.kind === "known" ? repository.value.defaultBranch : null;
    const tree =
      branch !== null && (needed.has("tree") || needed.has("workflows")) ? await readTree(inquiry, branch) : notAsked;
    const empty = tree.kind === "known" && tree.value === null;
    return {
      repository,
      security,
      branches: await wanted("branches", async () =>
        repository.kind === "unknown"
          ? repository
          : { kind: "known", value: branch === null || empty ? [] : [await branchFacts(inquiry, branch)] },
      ),
      tree: await wanted("tree", () => treeFacts(inquiry, tree)),
      workflows: await wanted("workflows", () => workflowFiles(inquiry, tree)),
      workflowDefaults: await wanted("workflowDefaults", () => workflowDefaults(inquiry)),
      secrets: await wanted("secrets", () => storedSecrets(inquiry)),
      deployKeys: await wanted("deployKeys", () => deployKeys(inquiry)),
      webhooks: await wanted("webhooks", () => webhooks(inquiry)),
      privateReporting: await wanted("privateReporting", () => privateReporting(inquiry)),
      organization: await wanted("organization", () => organizationFacts(inquiry)),
    } satisfies Facts;
  };
}
