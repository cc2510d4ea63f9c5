import { expect, it } from "vitest";
import { appKeyOf, withStoredSecrets } from "../../src/app/compose-secrets.ts";
import { localServer } from "../support/local-server.ts";

it("settings that refer to a store are read there, and the others are left alone", async () => {
  const { url } = await localServer(({ path, body }) =>
    path === "/v1/secret/data/keyward"
      ? { status: 200, json: { data: { data: { "private-key": "from vault" } } } }
      : { status: 200, json: { SecretString: body.includes("whole") ? "from aws" : '{"master":"from json"}' } },
  );
  const environment = {
    VAULT_ADDR: url,
    VAULT_TOKEN: "t",
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    PRIVATE_KEY: "vault:secret/keyward#private-key",
    WEBHOOK_SECRET: "aws-secret:whole",
    KEYWARD_MASTER_KEY: "aws-secret:parts#master",
    DATABASE_URL: "postgres://there",
    HOST: "vault:not/looked#at",
  };
  const read = await withStoredSecrets(environment);
  expect(read).toEqual({
    environment: {
      ...environment,
      PRIVATE_KEY: "from vault",
      WEBHOOK_SECRET: "from aws",
      KEYWARD_MASTER_KEY: "from json",
    },
    problems: [],
  });
});

it("a reference that leads nowhere is a problem of its setting, and leaves no value", async () => {
  const read = await withStoredSecrets({ WEBHOOK_SECRET: "vault:secret/keyward#one", PRIVATE_KEY: "vault:half" });
  expect(read.problems).toMatchObject([
    { name: "PRIVATE_KEY", problem: expect.stringContaining("expected vault:MOUNT/PATH#FIELD") as string },
    { name: "WEBHOOK_SECRET", problem: expect.stringContaining("VAULT_ADDR is missing") as string },
  ]);
  expect([read.environment["WEBHOOK_SECRET"], read.environment["PRIVATE_KEY"]]).toEqual([undefined, undefined]);
});

it("a key that is elsewhere signs there, and never comes here", () => {
  const environment = { VAULT_ADDR: "https://vault.example.com", AWS_REGION: "eu-west-1" };
  for (const key of ["vault-transit:transit/app", "aws-kms:alias/app"])
    expect(Object.keys(appKeyOf(key, environment))).toEqual(["createJwt"]);
  expect(appKeyOf("a PEM", environment)).toEqual({ privateKey: "a PEM" });
});
