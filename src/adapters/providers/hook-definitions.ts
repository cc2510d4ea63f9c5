import { parse, TomlError } from "smol-toml";
import { z } from "zod";

const text = z.string().min(1);
const endpoint = z.url({ protocol: /^https$/ });

const shared = {
  name: text.regex(/^[a-z0-9-]+$/, "a name in kebab-case"),
  /** Whose incidents may ask for it; all by default. */
  installations: z.array(z.int().positive()).min(1).optional(),
};

const hookSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...shared,
    kind: z.literal("aws-secrets-manager"),
    region: text.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "a region such as eu-central-1"),
    secretId: text,
    accessKeyId: text,
    secretAccessKey: text,
    sessionToken: text.optional(),
  }),
  z.strictObject({
    ...shared,
    kind: z.literal("vault"),
    /** The whole endpoint, such as https://vault.acme.internal:8200/v1/database/rotate-role/shop. */
    url: endpoint,
    token: text,
    namespace: text.optional(),
  }),
  z.strictObject({ ...shared, kind: z.literal("webhook"), url: endpoint, secret: text.min(16) }),
]);

const fileSchema = z.strictObject({ hooks: z.array(hookSchema) });

/** A manager of secrets that can be asked to rotate one, with what it takes to ask. */
export type RotationHook = z.infer<typeof hookSchema>;

/**
 * Reads the file in which whoever runs the server sets up rotation hooks (TOML, `[[hooks]]`). Throws, saying what is wrong and
 * never quoting a value: they are secrets.
 */
export function parseHookDefinitions(source: string, file: string): readonly RotationHook[] {
  const parsed = fileSchema.safeParse(tomlOf(source, file));
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
    throw new Error(`${file} does not set up rotation hooks: ${issues.join("; ")}`);
  }
  const { hooks } = parsed.data;
  const twice = hooks.find(({ name }, index) => hooks.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`${file}: there are two hooks of the name ${twice.name}`);
  return hooks;
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
