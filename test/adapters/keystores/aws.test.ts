import { createHash, createSign, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsV4Signer } from "aws4fetch";
import { expect, onTestFinished, test } from "vitest";
import { createAppJwt } from "../../../src/adapters/keystores/app-jwt.ts";
import { createAws } from "../../../src/adapters/keystores/aws.ts";
import { localServer, type Seen } from "../../support/local-server.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const newKey = () => ({
  accessKeyId: randomBytes(8).toString("hex"),
  secretAccessKey: randomBytes(20).toString("hex"),
});

/** Whether a request bears the signature that this key makes of it. */
async function isSignedBy(seen: Seen, key: ReturnType<typeof newKey>, service: string, host: string): Promise<boolean> {
  const { authorization = "", "x-amz-date": datetime = "" } = seen.headers as Record<string, string>;
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": String(seen.headers["x-amz-target"]),
  };
  const { sessionToken } = { sessionToken: seen.headers["x-amz-security-token"] };
  const { headers: expected } = await new AwsV4Signer({
    method: seen.method,
    url: `${host}${seen.path}`,
    headers,
    body: seen.body,
    ...key,
    ...(typeof sessionToken === "string" ? { sessionToken } : {}),
    region: "eu-west-1",
    service,
    datetime,
  }).sign();
  return expected.get("authorization") === authorization;
}

const at = (): Date => new Date("2026-11-26T10:00:00.000Z");

test("Secrets Manager gives a text, for a request signed with the key of the environment", async () => {
  const key = newKey();
  const aws = await localServer(({ headers, body }) => {
    const { SecretId: id } = JSON.parse(body) as { SecretId: string };
    if (headers["x-amz-target"] !== "secretsmanager.GetSecretValue" || id !== "prod/keyward")
      return { status: 400, json: { __type: "com.amazonaws#ResourceNotFoundException", Message: "not told on" } };
    return { status: 200, json: { Name: id, SecretString: "what is wanted" } };
  });
  const environment = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  };
  const { read } = createAws(environment, at);
  expect(await read("prod/keyward")).toBe("what is wanted");
  expect(await isSignedBy(aws.seen[0] as Seen, key, "secretsmanager", aws.url)).toBe(true);
  expect(await isSignedBy(aws.seen[0] as Seen, newKey(), "secretsmanager", aws.url)).toBe(false);
  await expect(read("prod/other")).rejects.toThrow(/GetSecretValue with 400 \(ResourceNotFoundException\)/);
  await expect(read("prod/other")).rejects.not.toThrow(/not told on/);
});

test("KMS signs the app's JWT with credentials of a web identity, which are got anew before they end", async () => {
  const directory = mkdtempSync(join(tmpdir(), "keyward-aws-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, "token"), "an identity");
  const keys: ReturnType<typeof newKey>[] = [];
  let now = at();
  const aws = await localServer(({ headers, body }) => {
    if (!headers["x-amz-target"]) {
      const asked = Object.fromEntries(new URLSearchParams(body));
      if (asked["WebIdentityToken"] !== "an identity" || asked["RoleArn"] !== "arn:role") return { status: 403 };
      const key = newKey();
      keys.push(key);
      const Credentials = {
        AccessKeyId: key.accessKeyId,
        SecretAccessKey: key.secretAccessKey,
        SessionToken: "session",
        Expiration: now.getTime() / 1000 + 3600,
      };
      const AssumeRoleWithWebIdentityResult = { Credentials };
      return { status: 200, json: { AssumeRoleWithWebIdentityResponse: { AssumeRoleWithWebIdentityResult } } };
    }
    const { Message = "", ...rest } = JSON.parse(body) as Record<string, string>;
    expect(rest).toEqual({ KeyId: "alias/app", MessageType: "DIGEST", SigningAlgorithm: "RSASSA_PKCS1_V1_5_SHA_256" });
    expect(Buffer.from(Message, "base64")).toHaveLength(32);
    return { status: 200, json: { Signature: signatureOf(Message) } };
  });
  const texts = new Map<string, Uint8Array>();
  // The key signs a digest; here it is looked up of which text, as Node signs texts only.
  const signatureOf = (digest: string): string =>
    createSign("sha256")
      .update(texts.get(digest) ?? "")
      .sign(privateKey, "base64");
  const { sign } = createAws(
    {
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: aws.url,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, "token"),
      AWS_ROLE_ARN: "arn:role",
    },
    () => now,
  );
  const createJwt = createAppJwt(
    (text, digest) => {
      expect(Buffer.from(digest)).toEqual(createHash("sha256").update(text).digest());
      texts.set(Buffer.from(digest).toString("base64"), text);
      return sign("alias/app", digest);
    },
    () => now,
  );
  const { jwt } = await createJwt(12);
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  expect(verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"))).toBe(
    true,
  );
  expect(await isSignedBy(aws.seen[1] as Seen, keys[0] ?? newKey(), "kms", aws.url)).toBe(true);
  now = new Date("2026-11-26T10:56:00.000Z");
  await createJwt(12);
  expect(keys).toHaveLength(2);
});

test("a container's credentials are asked for where it says, with its token", async () => {
  const key = newKey();
  const Expiration = "2026-11-26T11:00:00Z";
  const container = await localServer(({ headers }) =>
    headers.authorization === "of the container"
      ? {
          status: 200,
          json: { AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey, Token: "t", Expiration },
        }
      : { status: 401 },
  );
  const aws = await localServer(() => ({ status: 200, json: { SecretString: "s" } }));
  const environment = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: aws.url,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "of the container",
  };
  expect(await createAws(environment, at).read("x")).toBe("s");
  expect(await isSignedBy(aws.seen[0] as Seen, key, "secretsmanager", aws.url)).toBe(true);
});

test("an EC2 instance's role is asked for by version 2 of its metadata service, and again before it ends", async () => {
  const [key, session] = [newKey(), randomBytes(8).toString("hex")];
  let now = at();
  const instance = await localServer(({ method, path, headers }) => {
    if (method === "PUT" && path === "/latest/api/token" && headers["x-aws-ec2-metadata-token-ttl-seconds"])
      return { status: 200, text: session };
    if (headers["x-aws-ec2-metadata-token"] !== session) return { status: 401 };
    if (path === "/latest/meta-data/iam/security-credentials/") return { status: 200, text: "keyward\n" };
    if (path !== "/latest/meta-data/iam/security-credentials/keyward") return { status: 404 };
    const Expiration = new Date(now.getTime() + 3_600_000).toISOString();
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = key;
    return { status: 200, json: { Code: "Success", AccessKeyId, SecretAccessKey, Token: "t", Expiration } };
  });
  const aws = await localServer(() => ({ status: 200, json: { SecretString: "s" } }));
  const given = { AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: aws.url };
  const { read } = createAws({ ...given, AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url }, () => now);
  expect(await read("x")).toBe("s");
  await read("x");
  expect(instance.seen.map(({ method }) => method)).toEqual(["PUT", "GET", "GET"]);
  expect(await isSignedBy(aws.seen[0] as Seen, key, "secretsmanager", aws.url)).toBe(true);
  now = new Date("2026-11-26T10:56:00.000Z");
  await read("x");
  expect(instance.seen).toHaveLength(6);
  const silent = { ...given, AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url.replace(/\d+$/, "9") };
  await expect(createAws(silent, at).read("x")).rejects.toThrow("does not give any");
});

test("what is missing is said", async () => {
  expect(() => createAws({}, at)).toThrow("AWS_REGION is missing");
  const nowhere = { AWS_REGION: "eu-west-1", AWS_EC2_METADATA_DISABLED: "true" };
  await expect(createAws(nowhere, at).read("x")).rejects.toThrow("Expected credentials of AWS");
  const plain = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: "http://aws.example.com",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  };
  await expect(createAws(plain, at).read("x")).rejects.toThrow("only asked for over https");
});
