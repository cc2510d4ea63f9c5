import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

export const secretScanningOn: PostureCheck = {
  id: "secret-scanning-on",
  subject: "repository",
  title: "GitHub's secret scanning is on",
  why: "It tells providers of leaked keys at once, some of which revoke them.",
  remedy: "Settings → Advanced Security → Secret Protection.",
  needs: ["security"],
  evaluate: ({ security }) =>
    given(security, ({ secretScanning }) =>
      secretScanning === null
        ? notApplicable("not offered for this repository")
        : secretScanning
          ? pass("on")
          : fail("off"),
    ),
};
