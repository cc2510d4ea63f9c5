import * as z from "zod";

/** The section `comments` of `.github/keyward.yml`. */
export const commentSection = z.strictObject({
  "pull-requests": z
    .boolean()
    .optional()
    .describe("Whether a pull request in which something is to be said gets one comment, kept up to date."),
});
