import { createAppJwt } from "../adapters/keystores/app-jwt.ts";
import { SecretUnavailable } from "../adapters/keystores/ask-json.ts";
import { createAws, type Aws } from "../adapters/keystores/aws.ts";
import { createVault, type Vault } from "../adapters/keystores/vault.ts";
import { fromFile, type Environment, type SettingProblem } from "./settings.ts";

type AppKey = { readonly privateKey: string } | { readonly createJwt: ReturnType<typeof createAppJwt> };

const now = (): Date => new Date();

/** Stores are set up when the first setting refers to one. */
function storesOf(environment: Environment): { readonly vault: () => Vault; readonly aws: () => Aws } {
  let vault: Vault | null = null;
  let aws: Aws | null = null;
  return {
    vault: () => (vault ??= createVault(environment)),
    aws: () => (aws ??= createAws(environment, now)),
  };
}

/**
 * The environment with what its settings refer to in place of the references: `vault:MOUNT/PATH#FIELD`, `aws-secret:NAME` or
 * `aws-secret:NAME#FIELD` of one that is JSON. Only settings that may be secret are looked at.
 */
export async function withStoredSecrets(
  environment: Environment,
): Promise<{ readonly environment: Environment; readonly problems: readonly SettingProblem[] }> {
  const stores = storesOf(environment);
  const values: Record<string, string | undefined> = { ...environment };
  const problems: SettingProblem[] = [];
  for (const name of fromFile) {
    const value = environment[name]?.trim() ?? "";
    const read = readerOf(value, stores);
    if (read === null) continue;
    try {
      values[name] = await read();
    } catch (error) {
      if (!(error instanceof SecretUnavailable)) throw error;
      problems.push({ name, problem: error.message });
      delete values[name];
    }
  }
  return { environment: values, problems };
}

function readerOf(value: string, stores: ReturnType<typeof storesOf>): (() => Promise<string>) | null {
  const vault = /^vault:([^/#]+)\/([^#]+)#(.+)$/.exec(value);
  if (vault) {
    const [, mount = "", path = "", field = ""] = vault;
    return () => stores.vault().read(mount, path, field);
  }
  const aws = /^aws-secret:([^#]+)(?:#(.+))?$/.exec(value);
  if (aws) {
    const [, id = "", field] = aws;
    return async () => fieldOf(await stores.aws().read(id), id, field);
  }
  if (/^(vault|aws-secret):/.test(value))
    return () =>
      Promise.reject(
        new SecretUnavailable("expected vault:MOUNT/PATH#FIELD, aws-secret:NAME or aws-secret:NAME#FIELD"),
      );
  return null;
}

function fieldOf(text: string, id: string, field: string | undefined): string {
  if (field === undefined) return text;
  let value: unknown;
  try {
    value = (JSON.parse(text) as Record<string, unknown> | null)?.[field];
  } catch {
    value = undefined;
  }
  if (typeof value === "string") return value;
  throw new SecretUnavailable(`The secret ${id} in AWS Secrets Manager is no JSON with a text "${field}".`);
}

/** The app's key: a PEM, or a signer that is asked where the key is (`vault-transit:MOUNT/KEY`, `aws-kms:KEY`). */
export function appKeyOf(privateKey: string, environment: Environment): AppKey {
  const stores = storesOf(environment);
  const [, mount = "", key = ""] = /^vault-transit:([^/]+)\/([^/]+)$/.exec(privateKey) ?? [];
  if (key !== "") return { createJwt: createAppJwt((text) => stores.vault().sign(mount, key, text), now) };
  const [, keyId = ""] = /^aws-kms:(.+)$/.exec(privateKey) ?? [];
  if (keyId !== "") return { createJwt: createAppJwt((_, digest) => stores.aws().sign(keyId, digest), now) };
  return { privateKey };
}
