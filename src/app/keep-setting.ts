import * as z from "zod";

/** For how many days what is needed no more is kept; null: for ever. */
export type KeepDays = {
  /** The ids of deliveries that were dealt with. GitHub can send one again for three days. */
  readonly deliveries: number;
  /** Judgements of heads, after GitHub was told. */
  readonly verdicts: number;
  /** Where secrets were seen, of incidents that are over: all but the newest place. Their timelines stay. */
  readonly places: number | null;
  /** What scans said, since it was last of use. */
  readonly memory: number;
  /** Jobs that were done. */
  readonly jobs: number;
  /** Jobs that failed for good. */
  readonly "failed-jobs": number;
  /** Cached repositories, since they were last read. */
  readonly caches: number;
};

const days = (least: number) => z.int().min(least).max(36_500);

const schema = z.strictObject({
  deliveries: days(7).default(30),
  verdicts: days(30).default(365),
  places: days(30).nullable().default(null),
  memory: days(7).default(90),
  jobs: days(1).default(1),
  "failed-jobs": days(1).default(14),
  caches: days(1).default(30),
});

/** `verdicts=180, memory=30`: what is not named keeps its default. */
export const keepSetting = z
  .string()
  .default("")
  .transform((text, context): KeepDays => {
    const named = text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => {
        const [name = "", value = ""] = part.split("=").map((side) => side.trim());
        return [name, /^\d+$/.test(value) ? Number(value) : value] as const;
      });
    const parsed = schema.safeParse(Object.fromEntries(named));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: expected });
    return z.NEVER;
  });

const expected = `name=days, separated by commas, of ${Object.keys(schema.shape).join(", ")}; deliveries and memory 7 days at least, verdicts and places 30`;
