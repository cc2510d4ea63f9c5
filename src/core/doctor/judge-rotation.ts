import { bad, good, warning, type Diagnosis } from "./diagnosis.ts";

/** Keys or secrets while they are rotated, the current one first; `until`: when a former one counts no more, if that is set. */
export type Rotation = {
  readonly webhookSecrets: readonly { readonly until: string | null }[];
  readonly masterKeys: readonly { readonly id: number; readonly until: string | null }[];
};

/** Says which former secrets and keys still count, until when, and which can go. Nothing where there is one of each. */
export function judgeRotation({ webhookSecrets, masterKeys }: Rotation, now: string): readonly Diagnosis[] {
  return [...judgeWebhookSecrets(webhookSecrets, now), ...masterKeys.slice(1).map((key) => judgeMasterKey(key, now))];
}

const isPast = (until: string | null, now: string): boolean => until !== null && until <= now;

function judgeWebhookSecrets(secrets: Rotation["webhookSecrets"], now: string): readonly Diagnosis[] {
  const about = "webhook secrets";
  const counting = secrets.filter(({ until }) => !isPast(until, now));
  if (counting.length === 0)
    return [
      bad(about, "none counts any more, so every webhook is refused", "give WEBHOOK_SECRET the one set at GitHub"),
    ];
  return secrets.slice(1).map(({ until }, at) => {
    const which = `number ${at + 2}`;
    if (until === null)
      return warning(about, `${which} counts without an end`, "take it off WEBHOOK_SECRET, or set its end: ;until=");
    return isPast(until, now)
      ? warning(about, `${which} counts no more since ${until}`, "take it off WEBHOOK_SECRET")
      : good(about, `${which} counts until ${until}`);
  });
}

function judgeMasterKey({ id, until }: Rotation["masterKeys"][number], now: string): Diagnosis {
  const about = "master keys";
  if (until === null) return good(about, `secrets are recognized by number ${id}, too, without an end`);
  return isPast(until, now)
    ? good(about, `secrets are recognized by number ${id} no more since ${until}; what it sealed is still opened`)
    : good(about, `secrets are recognized by number ${id}, too, until ${until}`);
}
