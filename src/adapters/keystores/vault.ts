import { readFile } from "node:fs/promises";
import * as z from "zod";
import { askJson, requireTls, SecretUnavailable } from "./ask-json.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What Keyward asks of HashiCorp Vault. */
export type Vault = {
  /** A field of a secret in a key/value engine of version 2. */
  readonly read: (mount: string, path: string, field: string) => Promise<string>;
  /** Has a transit engine sign: RSA, PKCS #1 v1.5, SHA-256. */
  readonly sign: (mount: string, key: string, text: Uint8Array) => Promise<Uint8Array>;
};

const secretAnswer = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) });
const signAnswer = z.object({ data: z.object({ signature: z.string().regex(/^vault:v\d+:/) }) });
const loginAnswer = z.object({ auth: z.object({ client_token: z.string().min(1) }) });

const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * Vault as its own tools find it: `VAULT_ADDR`, `VAULT_NAMESPACE`, and a token from `VAULT_TOKEN`, `VAULT_TOKEN_FILE` or, with
 * `VAULT_K8S_ROLE`, for the pod's service account or, with `VAULT_ROLE_ID`, for an AppRole. A token that is refused is got anew, once.
 * https://developer.hashicorp.com/vault/api-docs
 */
export function createVault(environment: Environment, send: typeof fetch = fetch): Vault {
  const address = environment["VAULT_ADDR"];
  if (!address) throw new SecretUnavailable("VAULT_ADDR is missing: the address of Vault, https://…");
  const base = requireTls(address, "VAULT_ADDR").href.replace(/\/+$/, "");
  const namespace = environment["VAULT_NAMESPACE"];
  let token: string | null = null;

  const ask = (path: string, headers: Readonly<Record<string, string>>, body?: object) =>
    askJson(send, "Vault", `${base}/v1/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-vault-request": "true", ...(namespace ? { "x-vault-namespace": namespace } : {}), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const login = async (): Promise<string> => {
    const role = environment["VAULT_K8S_ROLE"];
    if (!role && environment["VAULT_ROLE_ID"]) return loginByAppRole(environment["VAULT_ROLE_ID"]);
    if (!role) return tokenOf(environment);
    const jwt = await textOf(environment["VAULT_K8S_TOKEN_FILE"] ?? serviceAccountToken, "the service account's token");
    const mount = environment["VAULT_K8S_MOUNT"] ?? "kubernetes";
    const { status, json } = await ask(`auth/${encodePath(mount)}/login`, {}, { role, jwt });
    const answer = loginAnswer.safeParse(json);
    if (!answer.success) throw refused(status, `logging in as the Kubernetes role ${role}`);
    return answer.data.auth.client_token;
  };

  /** https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle */
  const loginByAppRole = async (roleId: string): Promise<string> => {
    const file = environment["VAULT_SECRET_ID_FILE"];
    const secretId = file ? await textOf(file, "VAULT_SECRET_ID_FILE") : environment["VAULT_SECRET_ID"];
    const mount = environment["VAULT_APPROLE_MOUNT"] ?? "approle";
    const body = { role_id: roleId, ...(secretId ? { secret_id: secretId } : {}) };
    const { status, json } = await ask(`auth/${encodePath(mount)}/login`, {}, body);
    const answer = loginAnswer.safeParse(json);
    if (!answer.success) throw refused(status, "logging in by an AppRole");
    return answer.data.auth.client_token;
  };

  const askWithToken = async (path: string, what: string, body?: object): Promise<unknown> => {
    for (const isLast of [false, true]) {
      token ??= await login();
      const { status, json } = await ask(path, { "x-vault-token": token }, body);
      if (status === 200) return json;
      if (status !== 403 || isLast) throw refused(status, what);
      token = null;
    }
    return null;
  };

  return {
    read: async (mount, path, field) => {
      const what = `reading ${mount}/${path}`;
      const answer = secretAnswer.safeParse(await askWithToken(`${encodePath(mount)}/data/${encodePath(path)}`, what));
      if (!answer.success) throw new SecretUnavailable(`Vault answered ${what} with something that is no secret.`);
      const value = answer.data.data.data[field];
      if (typeof value !== "string")
        throw new SecretUnavailable(`The secret ${mount}/${path} in Vault has no text "${field}".`);
      return value;
    },
    sign: async (mount, key, text) => {
      const what = `signing by ${mount}/${key}`;
      const body = { input: Buffer.from(text).toString("base64"), signature_algorithm: "pkcs1v15" };
      const path = `${encodePath(mount)}/sign/${encodePath(key)}/sha2-256`;
      const answer = signAnswer.safeParse(await askWithToken(path, what, body));
      if (!answer.success) throw new SecretUnavailable(`Vault answered ${what} with something that is no signature.`);
      return Buffer.from(answer.data.data.signature.replace(/^vault:v\d+:/, ""), "base64");
    },
  };
}

const refused = (status: number, what: string): SecretUnavailable =>
  new SecretUnavailable(
    `Vault answered ${what} with ${status}. Check that it is there and that the token's policy allows it.`,
  );

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

async function tokenOf(environment: Environment): Promise<string> {
  const file = environment["VAULT_TOKEN_FILE"];
  if (file) return textOf(file, "VAULT_TOKEN_FILE");
  const token = environment["VAULT_TOKEN"];
  if (!token)
    throw new SecretUnavailable("Expected VAULT_TOKEN, VAULT_TOKEN_FILE, VAULT_K8S_ROLE or VAULT_ROLE_ID; found none.");
  return token;
}

async function textOf(file: string, what: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    throw new SecretUnavailable(`The file ${file} (${what}) cannot be read.`);
  }
}
