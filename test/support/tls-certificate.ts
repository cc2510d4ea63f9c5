import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** A key and a certificate for it, both PEM. */
export type TestCertificate = { readonly key: string; readonly cert: string };

const oids = {
  commonName: "550403",
  subjectAltName: "551d11",
  ecdsaWithSha256: "2a8648ce3d040302",
};

/** A fresh certificate for hosts, signed by itself: to be trusted, it is given as the authority. Valid around now. */
export function testCertificate(hosts: readonly string[], now = new Date()): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const name = sequence(set(sequence(oid(oids.commonName), der(0x0c, Buffer.from("Keyward tests")))));
  const day = 24 * 60 * 60 * 1000;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(new Date(now.getTime() - day)), time(new Date(now.getTime() + day))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(oid(oids.subjectAltName), der(0x04, sequence(...hosts.map(dnsName)))))),
  );
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(sequence(body, algorithm, bitString(signatureOf(body, privateKey)))),
  };
}

const signatureOf = (body: Buffer, key: KeyObject): Buffer => sign("sha256", body, key);

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const set = (part: Buffer): Buffer => der(0x31, part);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const bitString = (bits: Buffer): Buffer => der(0x03, Buffer.concat([Buffer.from([0]), bits]));
const dnsName = (host: string): Buffer => der(0x82, Buffer.from(host));
const time = (at: Date): Buffer => der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
