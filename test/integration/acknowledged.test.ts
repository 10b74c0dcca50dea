import { acknowledgedSuite } from "./suites/acknowledged.ts";

acknowledgedSuite(() => ({}));
