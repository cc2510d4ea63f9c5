import { z } from "zod";

/**
 * The short form for keys without a distinctive format: a value of this shape that is assigned to a name which begins with the
 * provider's. It covers the spellings of code and configuration, so that a hundred rules need not each try to.
 */
export const assignedSchema = z.strictObject({
  to: z.string().min(2).describe("Regex (any case): what the name begins with, nearly always the provider's name."),
  name: z
    .string()
    .optional()
    .describe(
      "Regex (any case): what must follow in the name. Default: key, token, secret and the like; empty: nothing.",
    ),
  value: z.string().min(1).describe("Regex (case counts): the secret, without groups."),
});

export type Assigned = z.infer<typeof assignedSchema>;

const usualNames = "key|token|secret|pass|pwd|auth|cred|api|pat|access|private|login";

// Between a name and its value: quotes, also escaped ones, brackets and tags that end, then the operator, then quotes again.
const quotes = String.raw`(?:\\?['"\x60]|\]|\)|>){0,3}`;
const operator = String.raw`(?:=>|:{1,3}=|[?+]?==?|:|,|-|\(|>\s{0,12}|\s)`;
const scheme = String.raw`(?:(?:bearer|token|basic|apikey|key)\s{1,3})?`;

/** The regex (RE2) that a short form stands for; its first group is the secret. */
export function assignedRegex({ to, name = usualNames, value }: Assigned): string {
  const inName = name === "" ? String.raw`[\w.-]{0,40}?` : String.raw`[ \t\w.-]{0,30}?(?:${name})[\w.-]{0,20}?`;
  const gap = String.raw`[ \t]{0,8}`;
  const assignment = `${quotes}${gap}${operator}${gap}(?:\\\\?['"\\x60\\[(<]){0,3}${scheme}`;
  return String.raw`(?i)(?:^|[^a-z0-9]|_)(?:${to})${inName}${assignment}((?-i:${value}))(?:[^A-Za-z0-9_+/=-]|$)`;
}

/** What the texts to look at must hold, where the beginning of the name is plain letters and digits. */
export function assignedKeywords({ to }: Assigned): readonly string[] | undefined {
  return /^[a-z0-9]{3,}$/i.test(to) ? [to] : undefined;
}
