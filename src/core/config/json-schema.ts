import { z } from "zod";
import { organizationFile } from "./keyward-config.ts";

/** JSON Schema (draft 2020-12) of `.github/keyward.yml`, for editors. */
export function keywardFileJsonSchema(): object {
  const schema = z.toJSONSchema(organizationFile, { target: "draft-2020-12", io: "input" });
  return { title: "Keyward's configuration (.github/keyward.yml)", ...schema };
}
