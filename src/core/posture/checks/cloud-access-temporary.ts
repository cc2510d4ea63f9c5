import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";
import type { Step } from "../workflow-file.ts";

/** Actions that can log in by OIDC, the input that means they do not, and one that says that it is temporary all the same. */
const logins: readonly {
  readonly action: RegExp;
  readonly inputs: readonly string[];
  readonly unless?: string;
  readonly cloud: string;
}[] = [
  {
    action: /^aws-actions\/configure-aws-credentials@/i,
    inputs: ["aws-access-key-id"],
    // Given together with it by a login that was made before.
    unless: "aws-session-token",
    cloud: "AWS",
  },
  { action: /^google-github-actions\/auth@/i, inputs: ["credentials_json"], cloud: "Google Cloud" },
  { action: /^google-github-actions\/setup-gcloud@/i, inputs: ["service_account_key"], cloud: "Google Cloud" },
  { action: /^azure\/login@/i, inputs: ["creds", "client-secret"], cloud: "Azure" },
];

/** Variables that the clouds' tools take a static key from. */
const variables: Readonly<Record<string, string>> = {
  AWS_SECRET_ACCESS_KEY: "AWS",
  GOOGLE_CREDENTIALS: "Google Cloud",
  GOOGLE_APPLICATION_CREDENTIALS_JSON: "Google Cloud",
  ARM_CLIENT_SECRET: "Azure",
  AZURE_CLIENT_SECRET: "Azure",
  AZURE_CREDENTIALS: "Azure",
};

const fromSecret = /\$\{\{[^}]*\bsecrets\b/;

export const cloudAccessTemporary: PostureCheck = {
  id: "cloud-access-temporary",
  subject: "repository",
  title: "Workflows get temporary cloud credentials",
  why: "A static cloud key in a secret works until somebody revokes it, for whoever gets hold of it.",
  remedy:
    "Let the workflow log in by OpenID Connect: “permissions: id-token: write”, and a role at the provider that trusts this repository.",
  needs: ["workflows"],
  evaluate: (facts) =>
    ofEachStep(
      facts,
      (step) => {
        const found = staticKeyOf(step);
        return found === null
          ? null
          : {
              line: step.line,
              problem: `logs in to ${found.cloud} with a static key (${found.by}), where OIDC is possible`,
            };
      },
      "no workflow uses a static cloud key",
    ),
};

function staticKeyOf({ uses, with: given, env }: Step): { readonly cloud: string; readonly by: string } | null {
  const login = logins.find(({ action }) => action.test(uses ?? ""));
  const input = login?.inputs.find((name) => name in given);
  if (login !== undefined && input !== undefined && !(login.unless !== undefined && login.unless in given))
    return { cloud: login.cloud, by: input };
  const variable = Object.entries(variables).find(([name]) => fromSecret.test(env[name] ?? ""));
  // AWS's static keys come without a session token.
  if (variable === undefined || (variable[1] === "AWS" && "AWS_SESSION_TOKEN" in env)) return null;
  return { cloud: variable[1], by: variable[0] };
}
