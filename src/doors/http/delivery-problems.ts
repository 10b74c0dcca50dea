/**
 * Problems that any call about one delivery may have.
 */
import { say } from "../../language/say.ts";
import { conflict, notFound, problemOf, type Problem, type SharedRefusal } from "./problem.ts";

/** Also for deliveries of accounts that the caller may not access. */
const NO_SUCH_DELIVERY = notFound(say("there is no delivery with this id, or it has been deleted"));

const UNREADABLE = conflict(
  "unreadable",
  say("its record is of another version, or broken; the next worker that meets it ends it as invalid"),
);

const CONFLICT = conflict("conflict", say("look at it again before you act"));

type DeliveryRefusal = SharedRefusal | { readonly kind: "conflict" | "notFound" | "unreadable" };

/** A kind that neither this function nor the route names is a type error. */
export function deliveryProblem(result: DeliveryRefusal): Problem {
  switch (result.kind) {
    case "conflict":
      return CONFLICT;
    case "notFound":
      return NO_SUCH_DELIVERY;
    case "unreadable":
      return UNREADABLE;
    case "invalid":
    case "unknownAccount":
    case "unavailable":
      return problemOf(result);
  }
}
