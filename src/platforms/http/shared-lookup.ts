/**
 * Shares one look-up of a name among all connections that need it at the same time.
 *
 * The system's resolver has few threads for the whole process. A silent name server occupies a thread for ten
 * seconds or more, and this cannot be cancelled. If each connection made its own look-up, those of one account
 * could keep every other account, and Redis, from connecting.
 */
import { lookup as systemLookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

type Answer = Parameters<LookupFunction>[2];

/** @param resolve default the system's resolver */
export function sharedLookup(resolve: LookupFunction = systemLookup): LookupFunction {
  const underWay = new Map<string, Answer[]>();
  const look: LookupFunction = (name, options, answer) => {
    const key = `${name} ${JSON.stringify(options)}`;
    const waiting = underWay.get(key);
    if (waiting !== undefined) {
      waiting.push(answer);
      return;
    }
    const answers = [answer];
    underWay.set(key, answers);
    resolve(name, options, (error, address: string | LookupAddress[], family) => {
      underWay.delete(key);
      for (const tell of answers) tell(error, address, family);
    });
  };
  return look;
}
