import { once } from "node:events";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { afterEach, expect, test } from "vitest";
import { raiseTlsFloor } from "../../../src/app/cli/tls-floor.ts";
import { testCertificate } from "../../support/tls-certificate.ts";

const before = tls.DEFAULT_MIN_VERSION;
afterEach(() => void (tls.DEFAULT_MIN_VERSION = before));

test("a server that knows nothing newer than TLS 1.1 is not spoken to, whatever Node was told", async () => {
  const { key, cert } = testCertificate(["localhost"]);
  // OpenSSL itself would refuse it at its usual level.
  const ciphers = "DEFAULT@SECLEVEL=0";
  const server = tls.createServer({ key, cert, ciphers, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" }).listen(0);
  server.on("tlsClientError", () => {});
  await once(server, "listening");
  const connect = async (): Promise<string | null> => {
    const socket = tls.connect({
      port: (server.address() as AddressInfo).port,
      ca: cert,
      servername: "localhost",
      ciphers,
    });
    try {
      await once(socket, "secureConnect");
      return socket.getProtocol();
    } finally {
      socket.destroy();
    }
  };
  tls.DEFAULT_MIN_VERSION = "TLSv1";
  expect(await connect()).toBe("TLSv1.1");
  raiseTlsFloor();
  await expect(connect()).rejects.toThrow(/unsupported protocol|protocol version|no protocols/i);
  server.close();
});
