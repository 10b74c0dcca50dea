import { say } from "../../language/say.ts";
import { conflict, notFound } from "./problem.ts";

/** Also for deliveries of accounts that the caller does not see. */
export const NO_SUCH_DELIVERY = notFound(say("there is no delivery with this id, or it has been forgotten"));

export const UNREADABLE = conflict(
  "unreadable",
  say("its record is of another version, or broken; the next worker that meets it ends it as invalid"),
);
