import * as z from "zod";

/** The section `drills` of an organization's file: what is rehearsed by the calendar. */
export const drillSection = z.strictObject({
  "every-days": z.int().min(1).max(366).optional(),
  repositories: z.array(z.string().regex(/^[^/\s]+\/[^/\s]+$/, "owner/name")).min(1),
});

/** Where drills are due, and how far apart. */
export type DrillSchedule = { readonly everyDays: number; readonly repositories: readonly string[] };

/** A quarter: as often as the checklist's longest reviews. */
const defaultDays = 90;

export function toDrillSchedule(section: z.infer<typeof drillSection> | undefined): DrillSchedule {
  return { everyDays: section?.["every-days"] ?? defaultDays, repositories: section?.repositories ?? [] };
}

/** Whether the time has come; the first is due at once. */
export function isDrillDue(last: string | null, { everyDays }: DrillSchedule, now: string): boolean {
  return last === null || Date.parse(now) >= Date.parse(last) + everyDays * 86_400_000;
}
