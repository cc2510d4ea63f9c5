import { z } from "zod";
import { overlaps } from "./playbook.ts";

const line = z.string().min(1);
const lines = z.array(line).min(1);
const oneOrMany = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.array(schema).min(1)]);
const ruleIds = z.array(line).min(1).optional().describe("The rules it is for; by default all of the file.");
// The host is always written out: no part of a request may choose who it is sent to. An address is not a name.
const address = z
  .string()
  .regex(
    /^https:\/\/(?=[a-z0-9.-]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\/[^\s#\\]*$/,
    "an https address with a host in small letters, without port, user or fragment",
  );
const page = z.url({ protocol: /^https$/ });

const value = z.union([z.string(), z.number(), z.boolean()]);

const answerTestSchema = z
  .strictObject({
    status: oneOrMany(z.int().min(100).max(599)).describe("The status of the answer, or several."),
    json: z
      .record(line, oneOrMany(value))
      .optional()
      .describe(
        "The body is JSON and has these values (or one of several) at these paths (`error.code`, `errors.0.message`).",
      ),
    has: lines.optional().describe("The body is JSON and has something at these paths."),
    starts: z
      .record(line, oneOrMany(line))
      .optional()
      .describe("The body is JSON and has a text at these paths that begins so (or with one of several)."),
    text: oneOrMany(z.string()).optional().describe("The whole body, without white space around it."),
    headers: z
      .record(line, z.string())
      .optional()
      .describe(
        "The answer has these headers, with values that begin so; an empty text asks only that they are there.",
      ),
  })
  .refine(
    ({ json, has, starts, text, headers }) => [json, has, starts, text, headers].some((test) => test !== undefined),
    "a status alone proves nothing: a proxy can give it too; test the body (json, has, starts, text) or headers",
  );

const requestSchema = z.strictObject({
  method: z.enum(["GET", "POST", "DELETE", "PUT"]).optional().describe("GET by default."),
  url: oneOrMany(address).describe("Where to ask; of several (a provider's regions) each is asked."),
  headers: z.record(line, z.string()).optional(),
  basic: z.tuple([z.string(), z.string()]).optional().describe("User and password of a basic authorization."),
  json: z.record(line, z.unknown()).optional().describe("A body in JSON."),
  form: z.record(line, z.string()).optional().describe("A body as of a form."),
});

const exchange = {
  rules: ruleIds,
  request: requestSchema.describe("`{secret}` and `{<part>}` stand for the secret and its parts, except in the host."),
  parts: z
    .record(z.string().regex(/^[a-z][a-z_]*$/), line)
    .optional()
    .describe("What else it takes, as regexes on the text around the secret; group 1, the nearest to the secret."),
  selfHosted: z
    .enum(["rarely", "often"])
    .optional()
    .describe(
      "Others run instances of it, whose hosts an owner can name. `often`: then, that the provider's own does not know a credential says nothing.",
    ),
  docs: page.describe("Where the provider documents the request and its answers."),
};

/** Ways to ask that are more than a request with the secret in it; each is code of its own. */
export const specialProbes = ["aws-sts", "gcp-service-account", "postgres"] as const;

export const httpProbeSchema = z.strictObject({
  ...exchange,
  live: z.array(answerTestSchema).min(1).describe("Answers that mean that it works."),
  revoked: z
    .array(answerTestSchema)
    .min(1)
    .describe("Answers that mean that it does not, and never will again. Everything else is unknown."),
});

export const specialProbeSchema = z.strictObject({
  rules: ruleIds,
  special: z.enum(specialProbes).describe("Asked by code of its own."),
  hosts: lines.optional().describe("Who is asked, where it is not the credential that says it."),
  docs: page,
});

export const playbookSchema = z.strictObject({
  rules: ruleIds,
  issue: lines.describe("Where and how to make a new one, one step a line."),
  revoke: lines.describe("Where and how to revoke the old one, one step a line."),
  reach: lines.describe("What it could reach, one thing a line."),
  overlap: z.enum(overlaps).describe("Whether the old and the new one can be alive side by side."),
  links: z
    .array(z.strictObject({ title: line, url: page }))
    .min(1)
    .describe("Pages of the provider's documentation."),
});

export const revocationSchema = z.strictObject({
  ...exchange,
  does: line.describe("For people: what is revoked, and what else goes with it."),
  revoked: z.array(answerTestSchema).min(1).describe("Answers that mean that it is dead now, or was already."),
});

export const handlingKeys = ["playbook", "probe", "revocation"] as const;
export type HandlingKey = (typeof handlingKeys)[number];

/** What a provider's file says about its credentials beside how they look; several tables are for rules of their own. */
export const handlingShape = {
  playbook: oneOrMany(playbookSchema).optional().describe("How a credential is rotated."),
  probe: oneOrMany(z.union([httpProbeSchema, specialProbeSchema]))
    .optional()
    .describe("How to ask whether a credential still works."),
  revocation: oneOrMany(revocationSchema).optional().describe("How a credential is revoked with itself."),
};

export type AnswerTest = z.infer<typeof answerTestSchema>;
export type RequestTemplate = z.infer<typeof requestSchema>;
export type HttpProbe = z.infer<typeof httpProbeSchema>;
export type SpecialProbe = z.infer<typeof specialProbeSchema>;
export type Revocation = z.infer<typeof revocationSchema>;
export type PlaybookTable = z.infer<typeof playbookSchema>;
