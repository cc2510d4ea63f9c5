import type { Sealer } from "../../flows/ports/system.ts";

/** Texts at rest that the master keys at hand do not open. `missing`: none of them has that number; `other`: the one that has it is another key. */
export type Unopened = { readonly key: number; readonly texts: number; readonly why: "missing" | "other" };

/** A connection, of whichever kind. */
export type Queryable = { readonly query: (text: string) => Promise<{ readonly rows: readonly unknown[] }> };
type Row = { readonly key: number; readonly texts: number; readonly context: string; readonly sealed: string };

/** What waits may be many large webhooks: the oldest tell which former key is still needed. */
const mostPayloads = 1000;

/** A sealed text begins with the number of its key (`adapters/system/sealer.ts`). Of each number one is opened, the shortest. */
const everyKey = `
  with texts as (
    select id as context, decode(sealed #>> '{}', 'base64') as bytes
    from incidents, jsonb_path_query(details, 'strict $.**.sealed') as sealed where jsonb_typeof(sealed) = 'string'
    union all
    select incident_id, decode(sealed #>> '{}', 'base64')
    from incident_events, jsonb_path_query(event, 'strict $.**.sealed') as sealed where jsonb_typeof(sealed) = 'string'
    union all
    select suppression_id, decode(sealed #>> '{}', 'base64')
    from suppression_events, jsonb_path_query(event, 'strict $.**.sealed') as sealed where jsonb_typeof(sealed) = 'string'
    union all
    select 'posture of repository ' || repo_id, decode(sealed #>> '{}', 'base64')
    from posture_repositories, jsonb_path_query(posture, '$.config.waivers[*].reason.sealed') as sealed
    union all
    select 'posture of installation ' || installation_id, decode(sealed #>> '{}', 'base64')
    from posture_organizations, jsonb_path_query(posture, '$.config.waivers[*].reason.sealed') as sealed
    union all
    select * from (
      select guid, payload from deliveries where payload is not null order by received_at limit ${mostPayloads}
    ) as waiting
  ), numbered as (select get_byte(bytes, 0) as key, context, bytes from texts where length(bytes) > 0)
  select distinct on (key) key, (count(*) over (partition by key))::int as texts, context, encode(bytes, 'base64') as sealed
  from numbered order by key, length(bytes)`;

/**
 * Looks for what people wrote, and webhooks that wait, that the sealer's keys cannot read: after a master key was taken off the list too
 * early, or another was given its number. Answers of GitHub that are kept are left out: they are asked for again.
 */
export async function unopenedTexts(database: Queryable, sealer: Sealer): Promise<readonly Unopened[]> {
  const { rows } = await database.query(everyKey);
  return (rows as readonly Row[]).flatMap(({ key, texts, context, sealed }): Unopened[] => {
    if (!sealer.knows(key)) return [{ key, texts, why: "missing" }];
    try {
      sealer.open(Buffer.from(sealed, "base64"), context);
      return [];
    } catch {
      // A tag that does not fit: GCM tells a wrong key from nothing else.
      return [{ key, texts, why: "other" }];
    }
  });
}

/** For people: what is the matter, and what to do. */
export function saidOf({ key, texts, why }: Unopened): { readonly found: string; readonly advice: string } {
  const what = why === "missing" ? `master key ${key} is not in the list` : `master key ${key} is not the one it was`;
  return {
    found: `${what}, and ${texts} stored ${texts === 1 ? "text is" : "texts are"} sealed with it`,
    advice: `put it back: KEYWARD_MASTER_KEY=…,${key}:KEY; what is sealed with it cannot be read without`,
  };
}
