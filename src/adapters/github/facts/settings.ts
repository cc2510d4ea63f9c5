import * as z from "zod";
import type { Fact } from "../../../core/posture/fact.ts";
import type { OrganizationFacts, WorkflowDefaults } from "../../../core/posture/facts.ts";
import { unknown } from "../../../core/posture/fact.ts";
import { asked, type Inquiry } from "./asking.ts";

const defaults = z.object({
  default_workflow_permissions: z.enum(["read", "write"]),
  can_approve_pull_request_reviews: z.boolean(),
});

/** https://docs.github.com/en/rest/actions/permissions#get-default-workflow-permissions-for-a-repository */
export const workflowDefaults = ({ rest, repo }: Inquiry): Promise<Fact<WorkflowDefaults>> =>
  asked("what the token of workflows may do", "administration: read", async () => {
    const { data } = await rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(repo);
    const { default_workflow_permissions, can_approve_pull_request_reviews } = defaults.parse(data);
    return { token: default_workflow_permissions, canApproveReviews: can_approve_pull_request_reviews };
  });

/** https://docs.github.com/en/rest/repos/repos#check-if-private-vulnerability-reporting-is-enabled-for-a-repository */
export const privateReporting = ({ rest, repo }: Inquiry): Promise<Fact<boolean>> =>
  asked("whether leaks can be reported privately", "administration: read", async () => {
    const { data } = await rest.repos.checkPrivateVulnerabilityReporting(repo);
    return z.object({ enabled: z.boolean() }).parse(data).enabled;
  });

const organization = z.object({
  two_factor_requirement_enabled: z.boolean().nullish(),
  default_repository_permission: z.enum(["none", "read", "write", "admin"]).nullish(),
  members_can_create_public_repositories: z.boolean().nullish(),
});

/** https://docs.github.com/en/rest/orgs/orgs#get-an-organization */
export async function organizationFacts({ rest, repo }: Inquiry): Promise<Fact<OrganizationFacts>> {
  const permission = "organization_administration: read";
  const answer = await asked("the settings of the organization", permission, async () =>
    organization.parse((await rest.orgs.get({ org: repo.owner })).data),
  );
  if (answer.kind === "unknown") return answer;
  const {
    two_factor_requirement_enabled: twoFactorRequired,
    default_repository_permission: basePermission,
    members_can_create_public_repositories: membersCreatePublicRepositories,
  } = answer.value;
  // To those without the permission GitHub gives the organization's public face alone.
  if (typeof twoFactorRequired !== "boolean" || !basePermission || typeof membersCreatePublicRepositories !== "boolean")
    return unknown("GitHub does not tell this app the settings of the organization", permission);
  return { kind: "known", value: { twoFactorRequired, basePermission, membersCreatePublicRepositories } };
}
