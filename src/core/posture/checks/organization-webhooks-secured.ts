import type { PostureCheck } from "../check.ts";
import { judgeWebhooks } from "../webhooks-claim.ts";

export const organizationWebhooksSecured: PostureCheck = {
  id: "organization-webhooks-secured",
  subject: "organization",
  title: "The organization's webhooks go over TLS and are signed",
  why: "They tell about every repository, private ones too.",
  remedy:
    "Organization settings → Webhooks: an https address, SSL verification on, and a secret that the receiver checks.",
  needs: ["organizationWebhooks"],
  evaluate: ({ organizationWebhooks }) => judgeWebhooks(organizationWebhooks),
};
