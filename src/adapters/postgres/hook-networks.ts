import { sql } from "kysely";
import type { HookNetworks } from "../../flows/ports/hook-networks.ts";
import type { Database } from "./database.ts";
import { toJson } from "./json.ts";

/** Networks of GitHub's webhooks, as all processes know them. */
export function createHookNetworks({ kysely }: Pick<Database, "kysely">): HookNetworks {
  return {
    last: async () => {
      const { rows } = await sql<{ networks: readonly string[]; ageSeconds: number }>`
        select networks, greatest(0, extract(epoch from now() - at))::int as "ageSeconds" from hook_networks`.execute(
        kysely,
      );
      return rows[0] ?? null;
    },
    note: async (networks) => {
      await sql`
        insert into hook_networks (networks, at) values (${toJson(networks)}::jsonb, now())
        on conflict (only_one) do update set networks = excluded.networks, at = excluded.at`.execute(kysely);
    },
  };
}
