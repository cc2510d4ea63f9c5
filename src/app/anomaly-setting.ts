import * as z from "zod";
import type { AnomalyTerms } from "../core/anomaly/judge.ts";
import { isTimeZone } from "../core/incident/working-hours.ts";

const expected =
  "name=value, separated by commas, of burst (findings within an hour, 2 at least), git-burst (git operations of a credential within an hour, 2 at least), silent-hours (1 at least) and hours (07:00-20:00 Europe/Berlin)";

const whole = (least: number) => z.coerce.number().int().min(least).max(100_000);
const working = /^(?<from>(?:[01]\d|2[0-3]):[0-5]\d)-(?<to>(?:[01]\d|2[0-3]):[0-5]\d)\s+(?<timeZone>\S+)$/;

const schema = z.strictObject({
  burst: whole(2).default(10),
  "git-burst": whole(2).default(50),
  "silent-hours": whole(1).default(6),
  hours: z.string().regex(working).optional(),
});

/** `burst=20, hours=07:00-20:00 Europe/Berlin`: what is not named keeps its default; without hours none are known. */
export const anomalySetting = z
  .string()
  .default("")
  .transform((text, context): AnomalyTerms => {
    const parts = text
      .split(",")
      .flatMap((part) => (part.trim() === "" ? [] : [part.split("=").map((one) => one.trim())]));
    const parsed = schema.safeParse(Object.fromEntries(parts));
    const hours = parsed.success ? (working.exec(parsed.data.hours ?? "")?.groups ?? null) : null;
    const { from = "", to = "", timeZone = "" } = hours ?? {};
    if (!parsed.success || (hours !== null && (from >= to || !isTimeZone(timeZone)))) {
      context.addIssue({ code: "custom", message: expected });
      return z.NEVER;
    }
    const { burst, "git-burst": gitBurst, "silent-hours": silentHours } = parsed.data;
    return { burst, gitBurst, silentHours, workingHours: hours && { from, to, timeZone, days: [1, 2, 3, 4, 5] } };
  });
