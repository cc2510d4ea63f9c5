import { given, notApplicable, passUnless, type PostureCheck } from "../check.ts";

export const webhooksSecured: PostureCheck = {
  id: "webhooks-secured",
  subject: "repository",
  title: "Webhooks go over TLS and are signed",
  why: "Without TLS anybody on the way reads them; without a secret anybody can send them.",
  remedy: "Settings → Webhooks: an https address, SSL verification on, and a secret that the receiver checks.",
  needs: ["webhooks"],
  evaluate: ({ webhooks }) =>
    given(webhooks, (all) => {
      const active = all.filter((hook) => hook.active);
      if (active.length === 0) return notApplicable("there are no active webhooks");
      const wrong = active.flatMap(({ id, host, https, verifiesCertificate, hasSecret }) => [
        ...(https ? [] : [`webhook ${id} to ${host} goes over plain HTTP`]),
        ...(https && !verifiesCertificate ? [`webhook ${id} to ${host} accepts any certificate`] : []),
        ...(hasSecret ? [] : [`webhook ${id} to ${host} has no secret`]),
      ]);
      return passUnless(wrong, `${active.length} webhooks, all over TLS and signed`);
    }),
};
