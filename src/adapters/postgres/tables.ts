import type { ColumnType, Generated } from "kysely";

/** A JSON column: written as text (see `toJson`), read as the value. */
type Json<T> = ColumnType<T, string, string>;
type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>;
/** A `timestamptz` column: written as ISO 8601, read as a `Date`. */
type Time = ColumnType<Date, string, string>;

type TimeOrNull = ColumnType<Date | null, string | null, string | null>;

/** The rows of the database, as migrations/ makes them. Values in JSON columns are typed by the store that owns the table. */
export type Tables = {
  readonly deliveries: {
    readonly guid: string;
    readonly event: string;
    readonly installation_id: number | null;
    readonly received_at: Time;
    /** Sealed; null once the delivery is done. */
    readonly payload: Uint8Array | null;
  };
  readonly scopes: {
    readonly position: Generated<number>;
    readonly repo_id: number;
    readonly head_sha: string;
    readonly scope: string;
    readonly installation_id: number;
    readonly repo: Json<unknown>;
    readonly source: Json<unknown>;
    readonly verdict: JsonOrNull<unknown>;
    readonly commits: JsonOrNull<unknown>;
    readonly retry: JsonOrNull<unknown>;
    readonly version: Generated<number>;
    /** Whether GitHub was told of the verdict. */
    readonly told: Generated<boolean>;
    readonly changed_at: Generated<Date>;
  };
  readonly incidents: {
    readonly id: string;
    readonly installation_id: number;
    readonly fingerprint: string;
    readonly rule_id: string;
    readonly provider: string;
    readonly title: string;
    readonly severity: string;
    readonly mask: string;
    readonly state: string;
    readonly opened_at: Time;
    readonly home: Json<unknown>;
    readonly issue_number: number | null;
    readonly filed_repo_id: number | null;
    readonly details: Json<unknown>;
    readonly next_at: TimeOrNull;
    /** How many entries its timeline has, and the hash of the last. */
    readonly entries: Generated<number>;
    readonly head_hash: Generated<string>;
  };
  readonly incident_events: {
    readonly incident_id: string;
    readonly seq: number;
    readonly at: Time;
    readonly kind: string;
    readonly event: Json<unknown>;
    readonly state: string;
    readonly source: string | null;
    readonly hash: string;
  };
  readonly occurrences: {
    readonly position: Generated<number>;
    readonly incident_id: string;
    readonly place: Json<unknown>;
    readonly place_digest: Generated<string>;
    readonly seen_at: Time;
  };
  readonly turns: {
    readonly lane: string;
    /** Or what else jobs take turns at. */
    readonly installation_id: string;
    readonly job_id: string;
  };
  readonly provider_requests: {
    readonly installation_id: number;
    readonly provider: string;
    readonly since: Time;
    readonly requests: number;
  };
  readonly posture_repositories: {
    readonly repo_id: number;
    readonly installation_id: number;
    readonly repo: Json<unknown>;
    readonly next_at: Time;
    readonly planned_at: Generated<Date>;
    /** The look that began last. */
    readonly look: Generated<string | null>;
    readonly posture: JsonOrNull<unknown>;
    readonly filing: JsonOrNull<unknown>;
  };
  readonly posture_organizations: {
    readonly installation_id: number;
    readonly owner: string;
    readonly next_at: Time;
    readonly planned_at: Generated<Date>;
    /** The look that began last. */
    readonly look: Generated<string | null>;
    readonly posture: JsonOrNull<unknown>;
    readonly filing: JsonOrNull<unknown>;
  };
  readonly kept_answers: {
    readonly installation_id: number;
    readonly address: string;
    readonly status: number;
    readonly etag: string;
    readonly link: string | null;
    readonly body: Uint8Array;
    readonly kept_at: Time;
    readonly used_on: string;
  };
  readonly forgotten_answers: { readonly installation_id: number; readonly path: string; readonly at: Time };
  readonly posture_weeks: {
    readonly repo_id: number;
    readonly week: string;
    readonly score: number | null;
    readonly standings: Json<unknown>;
  };
  readonly posture_fixes: { readonly repo_id: number; readonly record: Json<unknown> };
  readonly setting_changes: {
    readonly repo_id: number;
    readonly event: string;
    readonly login: string;
    readonly at: Time;
  };
  readonly sink_progress: {
    readonly sink: string;
    readonly incident_id: string;
    readonly seq: number;
  };
  readonly happenings: {
    readonly id: string;
    readonly installation_id: number;
    readonly at: Time;
    readonly kind: string;
    readonly repo_id: number | null;
    readonly happening: Json<unknown>;
  };
  readonly happening_tellings: {
    readonly sink: string;
    readonly happening_id: string;
    readonly since: Generated<Date>;
    readonly position: Generated<number>;
    readonly refused_at: TimeOrNull;
  };
  readonly visibilities: { readonly repo_id: number; readonly since: Time; readonly visibility: string };
  readonly watermarks: { readonly name: string; readonly at: Time };
  readonly wiki_readings: {
    readonly installation_id: number;
    readonly repo_id: number;
    readonly revision: string;
  };
  readonly last_good_files: {
    readonly installation_id: number;
    readonly owner: string;
    readonly name: string;
    readonly ref: string;
    readonly path: string;
    readonly blob: string;
  };
  readonly histories: {
    readonly repo_id: number;
    readonly installation_id: number;
    readonly repo: Json<unknown>;
    readonly round: number;
    readonly reason: string;
    readonly state: string;
    readonly scanner: string | null;
    readonly tips: JsonOrNull<unknown>;
    readonly progress: Json<unknown>;
    readonly told_at: TimeOrNull;
  };
  readonly scan_memory: {
    readonly key: Uint8Array;
    readonly installation_id: number;
    readonly repo_id: number;
    readonly bytes: number | null;
    readonly said: JsonOrNull<unknown>;
    readonly used_on: Time;
  };
  readonly suppression_events: {
    readonly seq: Generated<number>;
    readonly installation_id: number;
    readonly fingerprint: string;
    readonly suppression_id: string;
    readonly kind: string;
    readonly at: Time;
    /** Of what was asked for: when it is over. */
    readonly ends_at: TimeOrNull;
    readonly event: Json<unknown>;
  };
  readonly scope_fingerprints: {
    readonly installation_id: number;
    readonly fingerprint: string;
    readonly repo_id: number;
    readonly head_sha: string;
    readonly scope: string;
    readonly judged_at: Generated<Date>;
    /** Whether GitHub may have been told that it does not block this head. */
    readonly eased: Generated<boolean>;
  };
};
