import * as z from "zod";
import { unknown } from "../../../core/posture/fact.ts";
import type { OwnFacts } from "../../../flows/ports/find-repository.ts";
import { asked, type Inquiry } from "./asking.ts";

const feature = z.object({ status: z.string() }).nullish();
const reply = z.object({
  visibility: z.enum(["public", "private", "internal"]).optional(),
  private: z.boolean(),
  archived: z.boolean(),
  owner: z.object({ type: z.string() }),
  default_branch: z.string(),
  custom_properties: z.record(z.string(), z.unknown()).nullish(),
  security_and_analysis: z.object({ secret_scanning: feature, secret_scanning_push_protection: feature }).nullish(),
});

/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
export async function repositoryFacts({ rest, repo }: Inquiry): Promise<OwnFacts> {
  const answer = await asked(
    "about the repository",
    "metadata: read",
    async () => (await rest.repos.get(repo)).data as unknown,
  );
  return answer.kind === "unknown" ? { repository: answer, security: answer } : ownFacts(answer.value);
}

/** The facts in what GitHub says of a repository. */
export function ownFacts(data: unknown): OwnFacts {
  const given = reply.parse(data);
  const { visibility, archived, default_branch, security_and_analysis: features } = given;
  return {
    repository: {
      kind: "known",
      value: {
        visibility: visibility ?? (given.private ? "private" : "public"),
        ownedBy: given.owner.type === "Organization" ? "organization" : "person",
        archived,
        defaultBranch: default_branch,
        properties: propertiesOf(given.custom_properties ?? {}),
      },
    },
    security:
      features === null || features === undefined
        ? unknown("GitHub does not tell this app which of its protections are on", "administration: read")
        : {
            kind: "known",
            value: {
              secretScanning: isOn(features.secret_scanning),
              pushProtection: isOn(features.secret_scanning_push_protection),
            },
          },
  };
}

const isOn = (value: z.infer<typeof feature>): boolean | null =>
  value === null || value === undefined ? null : value.status === "enabled";

const propertiesOf = (given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : String(value)]),
  );
