/** The floor's three keys. */
export const PAYLOADS = "floor:payloads";
export const SENDS = "floor:sends";
export const CHECKS = "floor:checks";
