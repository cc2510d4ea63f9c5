import type { PostureCheck } from "../check.ts";
import { ofEachStep } from "../workflow-claim.ts";

/** Actions that can log in by OIDC, and the input that means they do not. */
const logins: readonly { readonly action: RegExp; readonly inputs: readonly string[]; readonly cloud: string }[] = [
  { action: /^aws-actions\/configure-aws-credentials@/i, inputs: ["aws-access-key-id"], cloud: "AWS" },
  { action: /^google-github-actions\/auth@/i, inputs: ["credentials_json"], cloud: "Google Cloud" },
  { action: /^azure\/login@/i, inputs: ["creds", "client-secret"], cloud: "Azure" },
];

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
        const login = logins.find(({ action }) => action.test(step.uses ?? ""));
        const input = login?.inputs.find((name) => name in step.with);
        return login === undefined || input === undefined
          ? null
          : {
              line: step.line,
              problem: `logs in to ${login.cloud} with a static key (${input}), where OIDC is possible`,
            };
      },
      "no workflow uses a static cloud key",
    ),
};
