import type {
  HourlyFindings,
  HoursOfDay,
  LogReading,
  RefusingSink,
  WaitingSink,
  Webhooks,
} from "../../core/anomaly/judge.ts";

type OfSink = { readonly installationId: number; readonly sink: string };

/** What anomalies are judged by, as the database has it. */
export type AnomalyFigures = {
  /** Findings by repository and by the one who committed them, in hours (UTC) that `since` or later began in; drills and histories aside. */
  readonly findings: (since: string) => Promise<
    readonly (HourlyFindings & {
      readonly installationId: number;
      readonly hour: string;
      readonly by: "repository" | "author";
      /** The repository's id, or a login. */
      readonly whose: string;
      readonly repository: string | null;
    })[]
  >;
  /** Dismissals that people asked for or approved since then, with when such was done in the ninety days before each. */
  readonly dismissals: (since: string) => Promise<
    readonly {
      readonly id: string;
      readonly installationId: number;
      readonly at: string;
      readonly person: string;
      readonly repoId: number | null;
      readonly ofPerson: HoursOfDay;
      readonly ofOrganization: HoursOfDay;
    }[]
  >;
  /** Configured sinks for which something waits that they did not refuse, of incidents' timelines or beside them. */
  readonly sinks: () => Promise<readonly (WaitingSink & OfSink)[]>;
  /** What configured sinks refused, beside incidents' timelines. */
  readonly refusals: () => Promise<readonly (RefusingSink & OfSink)[]>;
  /** The audit logs that were tried to read. */
  readonly auditLogs: () => Promise<readonly (LogReading & { readonly installationId: number })[]>;
  /** The webhooks of each installation that are remembered. */
  readonly webhooks: () => Promise<readonly (Webhooks & { readonly installationId: number })[]>;
};

/** Looks for what is out of the ordinary. */
export type WatchAnomalies = { readonly name: "watch-anomalies"; readonly data: { readonly minute: string } };
