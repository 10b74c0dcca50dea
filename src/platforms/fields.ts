/** Fields that accounts of several platforms have. */
import { z } from "zod";

/** A URL of http or https. */
export const platformUrl = z.url({ protocol: /^https?$/ });

/** A secret; in the file it stands as `${env:…}` or `${file:…}`. */
export const secret = z.string().min(1);
