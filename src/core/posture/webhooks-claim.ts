import { given, type Judgement, notApplicable, passUnless } from "./check.ts";
import type { Fact } from "./fact.ts";
import type { Webhook } from "./facts.ts";

/** Whether every active webhook goes over TLS, to a receiver whose certificate is checked, and is signed. */
export const judgeWebhooks = (webhooks: Fact<readonly Webhook[]>): Judgement =>
  given(webhooks, (all) => {
    const active = all.filter((hook) => hook.active);
    if (active.length === 0) return notApplicable("there are no active webhooks");
    const wrong = active.flatMap(({ id, host, https, verifiesCertificate, hasSecret }) => [
      ...(https ? [] : [`webhook ${id} to ${host} goes over plain HTTP`]),
      ...(https && !verifiesCertificate ? [`webhook ${id} to ${host} accepts any certificate`] : []),
      ...(hasSecret ? [] : [`webhook ${id} to ${host} has no secret`]),
    ]);
    return passUnless(wrong, `${active.length} webhooks, all over TLS and signed`);
  });
