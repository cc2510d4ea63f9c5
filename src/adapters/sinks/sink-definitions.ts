import { parse, TomlError } from "smol-toml";
import { z } from "zod";

const text = z.string().min(1);
const endpoint = z.url({ protocol: /^https$/ });

const shared = {
  name: text.regex(/^[a-z0-9-]+$/, "a name in kebab-case"),
  /** Whose incidents it is told of; all by default. */
  installations: z.array(z.int().positive()).min(1).optional(),
  /** Kinds of events it is told of; by default all, for Slack those that matter to people. */
  events: z.array(text).min(1).optional(),
  /** Whether it is told of drills; no by default. */
  drills: z.boolean().optional(),
};

const sinkSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...shared,
    kind: z.literal("webhook"),
    url: endpoint,
    secret: text.min(16),
    format: z.enum(["ecs", "ocsf"]).optional(),
  }),
  z.strictObject({ ...shared, kind: z.literal("slack"), url: endpoint }),
  z.strictObject({
    ...shared,
    kind: z.literal("splunk"),
    /** The base of the HTTP Event Collector, such as https://splunk.acme.internal:8088. */
    url: endpoint,
    token: text,
    index: text.optional(),
    format: z.enum(["ecs", "ocsf"]).optional(),
  }),
  z.strictObject({
    ...shared,
    kind: z.literal("datadog"),
    /** Such as datadoghq.com, datadoghq.eu or us5.datadoghq.com. */
    site: text.regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, "a site such as datadoghq.eu"),
    apiKey: text,
  }),
]);

const fileSchema = z.strictObject({ sinks: z.array(sinkSchema) });

/** A system that is told what happens, with what it takes to tell it. */
export type SinkDefinition = z.infer<typeof sinkSchema>;

/**
 * Reads the file in which whoever runs the server sets up sinks (TOML, `[[sinks]]`). Throws, saying what is wrong and never
 * quoting a value: they are secrets.
 */
export function parseSinkDefinitions(source: string, file: string): readonly SinkDefinition[] {
  const parsed = fileSchema.safeParse(tomlOf(source, file));
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
    throw new Error(`${file} does not set up sinks: ${issues.join("; ")}`);
  }
  const { sinks } = parsed.data;
  const twice = sinks.find(({ name }, index) => sinks.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`${file}: there are two sinks of the name ${twice.name}`);
  return sinks;
}

function tomlOf(source: string, file: string): unknown {
  let where = "";
  try {
    return parse(source);
  } catch (error) {
    // Not passed on: its message quotes the lines around the mistake.
    if (error instanceof TomlError) where = ` (line ${error.line}, column ${error.column})`;
  }
  throw new Error(`${file} is not valid TOML${where}.`);
}
