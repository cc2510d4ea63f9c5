import { createVerify, generateKeyPair, randomBytes, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { isObject } from "./json.ts";
import type { Account, Permissions } from "./state.ts";
import { timestamp } from "./clock.ts";

/** The registered GitHub App. Its keys are made when the local GitHub starts. */
export type AppIdentity = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  /** PEM, as GitHub lets its owner download it. */
  readonly privateKey: string;
  readonly publicKey: KeyObject;
  readonly webhookSecret: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** Who registered it. */
  readonly owner: Account;
  /** `<slug>[bot]`, the author of what the app writes. */
  readonly bot: Account;
  readonly createdAt: string;
};

export type AppRegistration = {
  readonly slug: string;
  readonly name: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
};

// Making one takes up to a second. Two GitHubs of one process never meet, so they may share it.
let keys: Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> | undefined;

/** Registers an app: makes its ids, RSA key and webhook secret. */
export async function registerApp(registration: AppRegistration, nextId: () => number): Promise<AppIdentity> {
  keys ??= promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const { publicKey, privateKey } = await keys;
  const createdAt = timestamp();
  const account = (login: string, type: Account["type"]): Account => ({
    id: nextId(),
    login,
    type,
    createdAt,
    password: "",
  });
  return {
    ...registration,
    id: nextId(),
    clientId: `Iv23${randomBytes(8).toString("hex")}`,
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    publicKey,
    webhookSecret: randomBytes(24).toString("base64url"),
    owner: account(`${registration.slug}-makers`, "Organization"),
    bot: account(`${registration.slug}[bot]`, "Bot"),
    createdAt,
  };
}

/**
 * Checks a JSON web token of the app as GitHub does and gives what GitHub would complain about, or null if it is good.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function jwtProblem(app: AppIdentity, jwt: string, nowMs: number = Date.now()): string | null {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const undecodable = "A JSON web token could not be decoded";
  if (parsePart(head)?.["alg"] !== "RS256") return undecodable;
  const verifier = createVerify("RSA-SHA256").update(`${head}.${claims}`);
  if (!verifier.verify(app.publicKey, Buffer.from(signature, "base64url"))) return undecodable;
  const { iss, iat, exp } = parsePart(claims) ?? {};
  const now = nowMs / 1000;
  if (String(iss) !== String(app.id) && iss !== app.clientId) return "'Issuer' claim ('iss') must be an Integer";
  if (typeof iat !== "number" || iat > now + 60)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  if (typeof exp !== "number" || exp <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  if (exp > now + 660 || exp - iat > 660) return "'Expiration time' claim ('exp') is too far in the future";
  return null;
}

function parsePart(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
