import type { PostureCheck } from "../check.ts";
import { judgeWebhooks } from "../webhooks-claim.ts";

export const webhooksSecured: PostureCheck = {
  id: "webhooks-secured",
  subject: "repository",
  title: "Webhooks go over TLS and are signed",
  why: "Without TLS anybody on the way reads them; without a secret anybody can send them.",
  remedy: "Settings → Webhooks: an https address, SSL verification on, and a secret that the receiver checks.",
  needs: ["webhooks"],
  evaluate: ({ webhooks }) => judgeWebhooks(webhooks),
};
