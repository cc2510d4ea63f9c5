import { AwsV4Signer } from "aws4fetch";
import type { ProviderRequest } from "../../core/provider/fill-request.ts";

export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
};

type ToSign = Omit<ProviderRequest, "basic"> & {
  readonly region: string;
  readonly service: string;
  /** Whether every header is signed; by default those that AWS asks for. */
  readonly allHeaders?: boolean;
};

/** Signs a request to AWS (Signature Version 4), as of a moment. */
export async function signAws(request: ToSign, credentials: AwsCredentials, at: Date): Promise<ProviderRequest> {
  const { method, url, headers, body, region, service, allHeaders = false } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signed = await new AwsV4Signer({
    method,
    url,
    headers: { ...headers },
    ...(body === null ? {} : { body }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
    region,
    service,
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ""),
    allHeaders,
  }).sign();
  return { method, url, headers: Object.fromEntries(signed.headers), basic: null, body };
}
