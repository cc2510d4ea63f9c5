import { createSign, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAppJwt } from "../../../src/adapters/keystores/app-jwt.ts";
import { createVault } from "../../../src/adapters/keystores/vault.ts";
import { localServer, type Seen } from "../../support/local-server.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A Vault with a key/value engine, a transit engine and a login for Kubernetes, as its API documentation describes them. */
async function vaultWith(secrets: Readonly<Record<string, object>>, tokens: readonly string[]) {
  const valid = [...tokens];
  const answer = ({ method, path, headers, body }: Seen) => {
    if (path === "/v1/auth/kubernetes/login") {
      const { role, jwt } = JSON.parse(body) as { role: string; jwt: string };
      if (role !== "keyward" || jwt !== "a service account") return { status: 400, json: { errors: ["denied"] } };
      const token = randomBytes(12).toString("hex");
      valid.push(token);
      return { status: 200, json: { auth: { client_token: token } } };
    }
    if (path === "/v1/auth/apps/login") {
      const { role_id: role, secret_id: secret } = JSON.parse(body) as Record<string, string>;
      if (role !== "a role" || secret !== "an id")
        return { status: 400, json: { errors: ["invalid role or secret ID"] } };
      const token = randomBytes(12).toString("hex");
      valid.push(token);
      return { status: 200, json: { auth: { client_token: token } } };
    }
    if (!valid.includes(String(headers["x-vault-token"])))
      return { status: 403, json: { errors: ["permission denied"] } };
    const secret = secrets[path];
    if (method === "GET" && secret) return { status: 200, json: { data: { data: secret, metadata: { version: 3 } } } };
    if (method === "POST" && path === "/v1/transit/sign/app/sha2-256") {
      const { input, signature_algorithm: algorithm } = JSON.parse(body) as Record<string, string>;
      if (algorithm !== "pkcs1v15") return { status: 400 };
      const signature = createSign("sha256")
        .update(Buffer.from(input ?? "", "base64"))
        .sign(privateKey, "base64");
      return { status: 200, json: { data: { signature: `vault:v1:${signature}` } } };
    }
    return { status: 404, json: { errors: [] } };
  };
  return { ...(await localServer(answer)), revoke: () => valid.splice(0) };
}

test("a field of a secret is read, with the namespace and nothing else of the environment", async () => {
  const token = randomBytes(12).toString("hex");
  const vault = await vaultWith({ "/v1/secret/data/apps/keyward": { "webhook secret": "what is wanted" } }, [token]);
  const environment = { VAULT_ADDR: vault.url, VAULT_TOKEN: token, VAULT_NAMESPACE: "team", OTHER: "thing" };
  expect(await createVault(environment).read("secret", "apps/keyward", "webhook secret")).toBe("what is wanted");
  expect(vault.seen[0]?.headers).toMatchObject({ "x-vault-namespace": "team", "x-vault-request": "true" });
});

test("what is missing or refused is said by name, without what Vault answered", async () => {
  const token = randomBytes(12).toString("hex");
  const vault = await vaultWith({ "/v1/secret/data/keyward": { one: "value that stays unsaid" } }, [token]);
  const open = createVault({ VAULT_ADDR: vault.url, VAULT_TOKEN: token });
  await expect(open.read("secret", "keyward", "two")).rejects.toThrow('secret/keyward in Vault has no text "two"');
  await expect(open.read("secret", "nowhere", "one")).rejects.toThrow("reading secret/nowhere with 404");
  const shut = createVault({ VAULT_ADDR: vault.url, VAULT_TOKEN: "another" });
  await expect(shut.read("secret", "keyward", "one")).rejects.toThrow("with 403");
  expect(() => createVault({})).toThrow("VAULT_ADDR is missing");
  expect(() => createVault({ VAULT_ADDR: "http://vault.example.com" })).toThrow("only asked for over https");
});

test("a redirect is not followed: the token goes nowhere else", async () => {
  const elsewhere = await localServer(() => ({ status: 200 }));
  const vault = await localServer(() => ({ status: 307, location: `${elsewhere.url}/v1/secret/data/keyward` }));
  const asked = createVault({ VAULT_ADDR: vault.url, VAULT_TOKEN: "t" }).read("secret", "keyward", "one");
  await expect(asked).rejects.toThrow("cannot be reached");
  expect(elsewhere.seen).toEqual([]);
});

test("transit signs the app's JWT; a token that ended is got anew; one JWT serves while it lives", async () => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-vault-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "token"), "a service account\n");
  const vault = await vaultWith({}, []);
  const environment = {
    VAULT_ADDR: vault.url,
    VAULT_K8S_ROLE: "keyward",
    VAULT_K8S_TOKEN_FILE: join(directory, "token"),
  };
  const { sign } = createVault(environment);
  let now = new Date("2026-11-26T10:00:00.000Z");
  const createJwt = createAppJwt(
    (text) => sign("transit", "app", text),
    () => now,
  );
  const { jwt, expiresAt } = await createJwt(12);
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  expect(verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"))).toBe(
    true,
  );
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "RS256", typ: "JWT" });
  const issued = now.getTime() / 1000 - 30;
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
    iat: issued,
    exp: issued + 540,
    iss: "12",
  });
  expect(expiresAt).toBe("2026-11-26T10:08:30.000Z");
  expect((await createJwt(12)).jwt).toBe(jwt);
  vault.revoke();
  now = new Date("2026-11-26T10:08:00.000Z");
  expect((await createJwt(12)).jwt).not.toBe(jwt);
  // Login, sign; then refused, login, sign.
  expect(vault.seen.map(({ path }) => path.split("/")[2])).toEqual(["auth", "transit", "transit", "auth", "transit"]);
});

test("an AppRole logs in, and again when its token has ended", async () => {
  const vault = await vaultWith({ "/v1/secret/data/keyward": { one: "what is wanted" } }, []);
  const environment = { VAULT_ADDR: vault.url, VAULT_ROLE_ID: "a role", VAULT_APPROLE_MOUNT: "apps" };
  const { read } = createVault({ ...environment, VAULT_SECRET_ID: "an id" });
  for (let time = 0; time < 2; time += 1) {
    expect(await read("secret", "keyward", "one")).toBe("what is wanted");
    vault.revoke();
  }
  expect(vault.seen.filter(({ path }) => path === "/v1/auth/apps/login")).toHaveLength(2);
  const refused = createVault({ ...environment, VAULT_SECRET_ID: "another" }).read("secret", "keyward", "one");
  await expect(refused).rejects.toThrow("logging in by an AppRole with 400");
});
