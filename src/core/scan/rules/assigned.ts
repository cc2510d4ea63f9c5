import { z } from "zod";

const host = z.string().min(4).describe("Regex (any case): the host.");

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
  url: z
    .union([
      z.strictObject({ host, parameter: z.string().min(1).describe("Regex (any case): the parameter in its query.") }),
      z.strictObject({ host, path: z.string().min(1).describe("Regex (any case): the path up to the value.") }),
    ])
    .optional()
    .describe("A URL that holds the value, whatever name it is assigned to."),
});

export type Assigned = z.infer<typeof assignedSchema>;

const usualNames = "key|token|secret|pass|pwd|auth|cred|api|pat|access|private|login";

// Between a name and its value: quotes, also escaped ones, brackets and tags that end, then the operator, then quotes again.
const quotes = String.raw`(?:\\?['"\x60]|\]|\)|>){0,3}`;
const operator = String.raw`(?:=>|:{1,3}=|[?+]?==?|:|,|-|\(|>\s{0,12}|\s)`;
const scheme = String.raw`(?:(?:bearer|token|basic|apikey|key)\s{1,3})?`;

/** The regex (RE2) that a short form stands for; its first group that is not empty is the secret. */
export function assignedRegex({ to, name = usualNames, value, url }: Assigned): string {
  const inName = name === "" ? String.raw`[\w.-]{0,40}?` : String.raw`[ \t\w.-]{0,30}?(?:${name})[\w.-]{0,20}?`;
  const gap = String.raw`[ \t]{0,8}`;
  const assignment = `${quotes}${gap}${operator}${gap}(?:\\\\?['"\\x60\\[(<]){0,3}${scheme}`;
  const named = String.raw`(?:^|[^a-z0-9]|_)(?:${to})${inName}${assignment}((?-i:${value}))(?:[^A-Za-z0-9_+/=-]|$)`;
  return url === undefined ? `(?i)${named}` : String.raw`(?i)(?:${named}|${upTo(url)}((?-i:${value}))(?:[^\w-]|$))`;
}

/** A URL from the slashes before its host up to where the value begins. */
function upTo(url: NonNullable<Assigned["url"]>): string {
  const place = "path" in url ? url.path : String.raw`(?:[/?][^\s"'\x60<>]{0,150})?[?&](?:${url.parameter})=`;
  return String.raw`//(?:${url.host})(?::[0-9]{1,5})?${place}`;
}

/** What the texts to look at must hold, where the beginning of the name is plain letters and digits. */
export function assignedKeywords({ to }: Assigned): readonly string[] | undefined {
  return /^[a-z0-9]{3,}$/i.test(to) ? [to] : undefined;
}
