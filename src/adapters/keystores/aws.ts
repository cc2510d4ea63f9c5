import { readFile } from "node:fs/promises";
import { AwsV4Signer } from "aws4fetch";
import * as z from "zod";
import { askJson, requireTls, SecretUnavailable } from "./ask-json.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What Keyward asks of AWS. */
export type Aws = {
  /** The text of a secret in Secrets Manager. */
  readonly read: (secretId: string) => Promise<string>;
  /** Has a key in KMS sign: RSA, PKCS #1 v1.5, of a SHA-256 digest. */
  readonly sign: (keyId: string, digest: Uint8Array) => Promise<Uint8Array>;
};

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When others are needed; null: never. */
  readonly until: number | null;
};

const secretAnswer = z.object({ SecretString: z.string() });
const signAnswer = z.object({ Signature: z.base64() });
const containerAnswer = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  Token: z.string(),
  Expiration: z.string(),
});

/** New ones are got this long before the old ones end. */
const marginMs = 5 * 60_000;

/**
 * AWS as its own tools find it: `AWS_REGION`; credentials from the environment, for a web identity (IRSA), of the container (ECS, EKS Pod
 * Identity), or of the EC2 instance; `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` for private endpoints.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function createAws(environment: Environment, now: () => Date, send: typeof fetch = fetch): Aws {
  const region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  if (!region)
    throw new SecretUnavailable("AWS_REGION is missing: the region of the secret or key, such as eu-west-1.");
  let held: Credentials | null = null;
  const credentials = async (): Promise<Credentials> => {
    if (held === null || (held.until !== null && held.until - marginMs < now().getTime()))
      held = await credentialsOf(environment, region, send);
    return held;
  };

  const call = async (service: Service, operation: string, body: object): Promise<unknown> => {
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    const signed = await new AwsV4Signer({
      method: "POST",
      url: endpointOf(environment, service, region).href,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${targets[service]}.${operation}` },
      body: JSON.stringify(body),
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      region,
      service,
      datetime: now()
        .toISOString()
        .replace(/[:-]|\.\d{3}/g, ""),
    }).sign();
    const { method, url, headers, body: sent } = signed;
    const { status, json } = await askJson(send, "AWS", url, { method, headers, body: sent as string });
    if (status === 200) return json;
    const kind = z.object({ __type: z.string() }).safeParse(json).data?.__type.split("#").at(-1) ?? "no reason";
    throw new SecretUnavailable(
      `AWS answered ${service} ${operation} with ${status} (${kind}). Check the name, the region, and what the role may do.`,
    );
  };

  return {
    read: async (secretId) => {
      const answer = secretAnswer.safeParse(await call("secretsmanager", "GetSecretValue", { SecretId: secretId }));
      if (!answer.success) throw new SecretUnavailable(`The secret ${secretId} in AWS Secrets Manager holds no text.`);
      return answer.data.SecretString;
    },
    sign: async (keyId, digest) => {
      const Message = Buffer.from(digest).toString("base64");
      const asked = { KeyId: keyId, Message, MessageType: "DIGEST", SigningAlgorithm: "RSASSA_PKCS1_V1_5_SHA_256" };
      const answer = signAnswer.safeParse(await call("kms", "Sign", asked));
      if (!answer.success) throw new SecretUnavailable(`AWS KMS answered with something that is no signature.`);
      return Buffer.from(answer.data.Signature, "base64");
    },
  };
}

const targets = { secretsmanager: "secretsmanager", kms: "TrentService" } as const;
type Service = keyof typeof targets;

const endpointNames = { secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER", kms: "AWS_ENDPOINT_URL_KMS" } as const;

function endpointOf(environment: Environment, service: Service, region: string): URL {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const given = environment[endpointNames[service]] ?? environment["AWS_ENDPOINT_URL"];
  return requireTls(given ?? `https://${service}.${region}.${domain}/`, "AWS_ENDPOINT_URL");
}

async function credentialsOf(environment: Environment, region: string, send: typeof fetch): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"], until: null };
  if (environment["AWS_WEB_IDENTITY_TOKEN_FILE"]) return ofWebIdentity(environment, region, send);
  const relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  const full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] ?? (relative && `http://169.254.170.2${relative}`);
  if (full) return ofContainer(full, environment, send);
  if (environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() !== "true") return ofInstance(environment, send);
  throw new SecretUnavailable(
    "Expected credentials of AWS in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_WEB_IDENTITY_TOKEN_FILE, or those of a container); found none, and AWS_EC2_METADATA_DISABLED forbids to ask the instance.",
  );
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
async function ofContainer(url: string, environment: Environment, send: typeof fetch): Promise<Credentials> {
  const file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = file ? await textOf(file) : environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  const { status, json } = await askJson(send, "AWS", url, { headers: token ? { authorization: token } : {} });
  return credentialsIn(json, `The container's credentials of AWS were answered with ${status}.`);
}

const metadataPatienceMs = 2000;

/** Version 2 alone: who can only make the server send a GET gets nothing. https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html */
async function ofInstance(environment: Environment, send: typeof fetch): Promise<Credentials> {
  const base = (environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254").replace(/\/+$/, "");
  const ask = async (method: string, path: string, headers: Record<string, string>): Promise<string> => {
    try {
      const signal = AbortSignal.timeout(metadataPatienceMs);
      const response = await send(`${base}/latest/${path}`, { method, headers, redirect: "error", signal });
      if (response.status === 200) return (await response.text()).trim();
      await response.body?.cancel();
    } catch {
      // Said below, as what else it does not answer with.
    }
    throw new SecretUnavailable(
      "Expected credentials of AWS in the environment, of a web identity, of a container or of the EC2 instance; found none, and the instance's metadata service does not give any.",
    );
  };
  const token = await ask("PUT", "api/token", { "x-aws-ec2-metadata-token-ttl-seconds": "300" });
  const headers = { "x-aws-ec2-metadata-token": token };
  const roles = "meta-data/iam/security-credentials/";
  const [role = ""] = (await ask("GET", roles, headers)).split("\n");
  const { status, json } = await askJson(send, "AWS", `${base}/latest/${roles}${encodeURIComponent(role)}`, {
    headers,
  });
  return credentialsIn(json, `The credentials of the EC2 instance were answered with ${status}.`);
}

function credentialsIn(json: unknown, problem: string): Credentials {
  const answer = containerAnswer.safeParse(json);
  if (!answer.success) throw new SecretUnavailable(problem);
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token, Expiration } = answer.data;
  return { accessKeyId, secretAccessKey, sessionToken: Token, until: Date.parse(Expiration) };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
async function ofWebIdentity(environment: Environment, region: string, send: typeof fetch): Promise<Credentials> {
  const given = environment["AWS_ENDPOINT_URL_STS"] ?? environment["AWS_ENDPOINT_URL"];
  const url = requireTls(given ?? `https://sts.${region}.amazonaws.com/`, "AWS_ENDPOINT_URL_STS");
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: environment["AWS_ROLE_ARN"] ?? "",
    RoleSessionName: environment["AWS_ROLE_SESSION_NAME"] ?? "keyward",
    WebIdentityToken: await textOf(environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? ""),
  });
  const headers = { accept: "application/json" };
  const { status, json } = await askJson(send, "AWS", url, { method: "POST", headers, body });
  const answer = stsAnswer.safeParse(json);
  if (!answer.success)
    throw new SecretUnavailable(`AWS answered for AWS_ROLE_ARN with ${status}. Check the role's trust policy.`);
  const got = answer.data.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult.Credentials;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = got;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    until: Expiration * 1000,
  };
}

/** STS gives JSON, with times in seconds, to whom asks for it. */
const stsAnswer = z.object({
  AssumeRoleWithWebIdentityResponse: z.object({
    AssumeRoleWithWebIdentityResult: z.object({
      Credentials: z.object({
        AccessKeyId: z.string(),
        SecretAccessKey: z.string(),
        SessionToken: z.string(),
        Expiration: z.number(),
      }),
    }),
  }),
});

async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    throw new SecretUnavailable(`The file ${file}, which AWS's settings name, cannot be read.`);
  }
}
