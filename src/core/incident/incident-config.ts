import * as z from "zod";
import { verbs, type Verb } from "./commands.ts";
import { defaultRights, roles, type Right, type Rights } from "./rights.ts";
import { classClocks, incidentClasses, type IncidentClass, type WorkingHours } from "./terms.ts";
import { isTimeZone } from "./working-hours.ts";

const incidentClass = z.enum(incidentClasses);
const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time such as 09:00");

/** Weekdays as people write them, Monday first. */
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const clockSchema = z.strictObject({
  "contain-minutes": z.int().positive().optional(),
  "maximum-age-days": z.int().positive().optional(),
});

const ruleSchema = z.strictObject({
  class: incidentClass,
  paths: z.array(z.string().min(1)).optional(),
  branches: z.array(z.string().min(1)).optional(),
  topics: z.array(z.string().min(1)).optional(),
  properties: z.record(z.string(), z.string()).optional(),
  providers: z.array(z.string().min(1)).optional(),
  public: z.boolean().optional(),
});

/** The section `incidents` of `.github/keyward.yml`. */
export const incidentSection = z.strictObject({
  classes: z.strictObject({ high: clockSchema, moderate: clockSchema, low: clockSchema }).partial().optional(),
  /** The first that fits sets the class; where none fits, the severity of the rule does. */
  "class-rules": z.array(ruleSchema).optional(),
  "overlap-hours": z.int().min(0).max(48).optional(),
  "remind-every-hours": z.int().positive().optional(),
  "working-hours": z
    .strictObject({
      "time-zone": z.string().refine(isTimeZone, "a time zone such as Europe/Zurich"),
      days: z.array(z.enum(weekdays)).min(1).optional(),
      from: clock,
      to: clock,
      classes: z.array(incidentClass).min(1).optional(),
    })
    .refine(({ from, to }) => from < to, "`from` must be earlier than `to`")
    .optional(),
  "escalate-to": z.string().min(1).optional(),
  "fallback-owners": z.array(z.string().min(1)).optional(),
  "private-repository": z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, "owner/name")
    .optional(),
  "draft-advisories": z.boolean().optional(),
  /** False: no provider is asked about what leaks here, whatever the organization allows. */
  probing: z.boolean().optional(),
  /** Who may say a verb: a role, and teams as `org/team`. */
  rights: z
    .partialRecord(
      z.enum(verbs),
      z.strictObject({
        role: z.enum(roles).optional(),
        teams: z.array(z.string().regex(/^@?[^/\s]+\/[^/\s]+$/)).optional(),
      }),
    )
    .optional(),
});

export type ClassRule = z.infer<typeof ruleSchema>;

/** What an owner wants of incidents. */
export type IncidentConfig = {
  readonly clocks: typeof classClocks;
  readonly rules: readonly ClassRule[];
  readonly overlapHours: number;
  readonly remindEveryHours: number;
  readonly workingHours: WorkingHours | null;
  readonly escalateTo: string | null;
  /** `org/team` or logins, without `@`. */
  readonly fallbackOwners: readonly string[];
  /** Where incidents of public repositories are filed. */
  readonly privateRepository: { readonly owner: string; readonly name: string } | null;
  readonly draftAdvisories: boolean;
  readonly probing: boolean;
  readonly rights: Rights;
};

/** The section with everything that was left out filled in. */
export function toIncidentConfig(section: Section): IncidentConfig {
  const hours = section["working-hours"];
  const [owner, name] = section["private-repository"]?.split("/") ?? [];
  const clockOf = (of: IncidentClass) => ({
    containMinutes: section.classes?.[of]?.["contain-minutes"] ?? classClocks[of].containMinutes,
    maxAgeDays: section.classes?.[of]?.["maximum-age-days"] ?? classClocks[of].maxAgeDays,
  });
  return {
    clocks: { high: clockOf("high"), moderate: clockOf("moderate"), low: clockOf("low") },
    rules: section["class-rules"] ?? [],
    overlapHours: section["overlap-hours"] ?? 24,
    remindEveryHours: section["remind-every-hours"] ?? 24,
    workingHours: hours
      ? {
          timeZone: hours["time-zone"],
          days: (hours.days ?? weekdays.slice(0, 5)).map((day) => weekdays.indexOf(day) + 1),
          from: hours.from,
          to: hours.to,
          ...(hours.classes && { classes: hours.classes }),
        }
      : null,
    escalateTo: section["escalate-to"] === undefined ? null : withoutAt(section["escalate-to"]),
    fallbackOwners: (section["fallback-owners"] ?? []).map(withoutAt),
    privateRepository: owner !== undefined && name !== undefined ? { owner, name } : null,
    draftAdvisories: section["draft-advisories"] ?? true,
    probing: section.probing ?? true,
    rights: rightsOf(section.rights ?? {}),
  };
}

function rightsOf(said: NonNullable<Section["rights"]>): Rights {
  const right = (verb: Verb): Right => {
    // Who may dismiss may answer those who may not.
    const wanted = said[verb] ?? (verb === "allow" || verb === "deny" ? said.dismiss : undefined);
    return {
      // Who names teams alone wants them alone: only an administrator can do it as well.
      role: wanted?.role ?? (wanted?.teams ? "admin" : defaultRights[verb].role),
      teams: (wanted?.teams ?? []).map(withoutAt),
    };
  };
  return Object.fromEntries(verbs.map((verb) => [verb, right(verb)])) as Rights;
}

const withoutAt = (name: string): string => name.replace(/^@/, "");

type Section = z.infer<typeof incidentSection>;

/**
 * A repository's word over its organization's, key by key. It may not loosen who may say a verb that the organization speaks of, nor
 * have a provider asked where the organization says no; its class rules are tried before the organization's.
 */
export function layeredIncidents(organization: Section, repository: Section): Section {
  const rules = [...(repository["class-rules"] ?? []), ...(organization["class-rules"] ?? [])];
  const probing = organization.probing === false ? false : (repository.probing ?? organization.probing);
  return {
    ...organization,
    ...repository,
    classes: { ...organization.classes, ...repository.classes },
    rights: { ...repository.rights, ...organization.rights },
    ...(rules.length > 0 && { "class-rules": rules }),
    ...(probing !== undefined && { probing }),
  };
}

/** What holds where nothing is configured. */
export const defaultIncidentConfig: IncidentConfig = toIncidentConfig({});
