import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { PathFree } from "../../core/scan/kept-scan.ts";
import type { ScanAnswer, ScanMemory, ScanQuestion } from "../../flows/ports/scan-memory.ts";
import type { Clock } from "../../flows/ports/system.ts";
import type { Database } from "./database.ts";
import { toJson } from "./json.ts";

/** Use is noted to the week: most that is used again is used often. */
const notedDays = 7;

const dayMs = 24 * 60 * 60 * 1000;

/** The memory of scans on the database, with what makes it forget: a question that was not asked for `keptDays`. */
export function createScanMemory(
  { kysely }: Pick<Database, "kysely">,
  clock: Clock,
  keptDays: number,
): ScanMemory & { readonly forgetUnused: () => Promise<void> } {
  const daysAgo = (days: number): string => new Date(Date.parse(clock()) - days * dayMs).toISOString().slice(0, 10);
  return {
    recall: async ({ installationId }, questions) => {
      if (questions.length === 0) return [];
      const keys = questions.map((question) => keyOf(installationId, question));
      const { rows } = await sql<Row>`
        select encode(key, 'hex') as key, bytes, said, used_on < ${daysAgo(notedDays)}::date as aging
        from scan_memory where key = any(${keys.map(asBytea)}::bytea[])`.execute(kysely);
      const aging = rows.filter((row) => row.aging).map(({ key }) => asBytea(key));
      if (aging.length > 0)
        await sql`
          update scan_memory set used_on = ${daysAgo(0)}::date where key = any(${aging}::bytea[])`.execute(kysely);
      const answers = new Map(rows.map((row) => [row.key, toAnswer(row)]));
      return keys.map((key) => answers.get(key) ?? null);
    },
    remember: async ({ installationId, repoId }, scanned) => {
      const rows = scanned.map(({ question, answer }) => ({
        key: keyOf(installationId, question),
        ...(answer.kind === "scanned" ? { bytes: answer.bytes, said: storedSaid(answer.said) } : {}),
      }));
      await sql`
        insert into scan_memory (key, installation_id, repo_id, bytes, said, used_on)
        select distinct on (key) decode(key, 'hex'), ${installationId}, ${repoId}, bytes, said, ${daysAgo(0)}::date
        from jsonb_to_recordset(${toJson(rows)}::jsonb) as scanned (key text, bytes integer, said jsonb)
        on conflict (key) do nothing`.execute(kysely);
    },
    forgetUnused: async () => {
      await sql`delete from scan_memory where used_on < ${daysAgo(keptDays)}::date`.execute(kysely);
    },
  };
}

type Row = {
  readonly key: string;
  /** Null: it hangs on the path. */
  readonly bytes: number | null;
  /** Null: nothing was found, and nothing was left unread. */
  readonly said: PathFree | null;
  readonly aging: boolean;
};

const nothing: PathFree = { findings: [], gaps: [] };

const storedSaid = (said: PathFree): PathFree | null => (said.findings.length + said.gaps.length === 0 ? null : said);

const toAnswer = ({ bytes, said }: Row): ScanAnswer =>
  bytes === null ? { kind: "hangs-on-path" } : { kind: "scanned", bytes, said: said ?? nothing };

/** Everything that decides the answer in 160 bits, in hex. Nobody can aim at another's: the installation is among it. */
const keyOf = (installationId: number, { scanner, object, place }: ScanQuestion): string =>
  createHash("sha256")
    .update(JSON.stringify([installationId, scanner, object, place]))
    .digest("hex")
    .slice(0, 40);

const asBytea = (hex: string): string => `\\x${hex}`;
