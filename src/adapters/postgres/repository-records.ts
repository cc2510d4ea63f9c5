import { sql } from "kysely";
import type { RepositoryRecords } from "../../flows/ports/repositories.ts";
import type { Database } from "./database.ts";
import { toJson } from "./json.ts";

/** Everything that is kept to read and judge code; incidents and what was said about them are not among it. */
const ofRepositories = ["scopes", "histories", "scan_memory", "wiki_readings", "posture_repositories"] as const;
const ofInstallations = [
  ...ofRepositories,
  "last_good_files",
  "provider_requests",
  "audit_readings",
  "audit_entries",
  "repository_readers",
  "credential_hours",
  "clone_readings",
] as const;

/** Repositories in all tables that name them. */
export function createRepositoryRecords({ kysely }: Pick<Database, "kysely">): RepositoryRecords {
  return {
    follow: ({ repoId, owner, name, defaultBranch, visibility }) =>
      kysely.transaction().execute(async (transaction) => {
        const now = toJson({ owner, name, defaultBranch, visibility });
        for (const table of ["scopes", "histories", "posture_repositories"] as const)
          await sql`
            update ${sql.table(table)} set repo = repo || ${now}::jsonb where repo_id = ${repoId}`.execute(transaction);
        await sql`
          update incidents set home = home || ${now}::jsonb
          where (home ->> 'repoId')::bigint = ${repoId}`.execute(transaction);
        await sql`
          update incidents
          set details = jsonb_set(details, '{filing,repo}', (details #> '{filing,repo}') || ${now}::jsonb)
          where (details #>> '{filing,repo,repoId}')::bigint = ${repoId}`.execute(transaction);
      }),
    incidentsOf: async (repoId) => {
      const rows = await kysely
        .selectFrom("incidents")
        .select(["id", "installation_id as installationId"])
        .where((incident) =>
          incident.or([
            sql<boolean>`(home ->> 'repoId')::bigint = ${repoId}`,
            sql<boolean>`(details #>> '{filing,repo,repoId}')::bigint = ${repoId}`,
          ]),
        )
        .orderBy("id")
        .execute();
      return rows;
    },
    forget: (installationId, repoId) =>
      kysely.transaction().execute(async (transaction) => {
        for (const table of ofRepositories)
          await sql`
            delete from ${sql.table(table)}
            where installation_id = ${installationId} and repo_id = ${repoId}`.execute(transaction);
      }),
    forgetInstallation: (installationId) =>
      kysely.transaction().execute(async (transaction) => {
        // What runs ends by itself: its tokens are refused. Deliveries are seen to: what they ask for ends likewise.
        await sql`
          delete from pgboss.job
          where group_id = ${String(installationId)} and state in ('created', 'retry') and name <> 'deliveries'`.execute(
          transaction,
        );
        for (const table of ofInstallations)
          await sql`delete from ${sql.table(table)} where installation_id = ${installationId}`.execute(transaction);
      }),
  };
}
