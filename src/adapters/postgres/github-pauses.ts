import { sql } from "kysely";
import type { GithubPause, GithubPauses } from "../../flows/ports/github-pauses.ts";
import type { Database } from "./database.ts";

/** Pauses by the database's clock, which all workers share. */
export function createGithubPauses({ kysely }: Pick<Database, "kysely">): GithubPauses {
  return {
    note: async (id, { kind, seconds }) => {
      await sql`
        insert into github_pauses as known (id, kind, until) values (${id}, ${kind}, now() + make_interval(secs => ${seconds}))
        on conflict (id) do update set kind = excluded.kind, until = excluded.until
        where known.until < excluded.until`.execute(kysely);
    },
    left: async (id) => {
      const { rows } = await sql<GithubPause>`
        select kind, ceil(extract(epoch from until - now()))::int as seconds from github_pauses
        where id = ${id} and until > now()`.execute(kysely);
      return rows[0] ?? null;
    },
  };
}
