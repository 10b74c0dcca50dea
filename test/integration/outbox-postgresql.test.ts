import { describeOutbox } from "./suites/outbox.ts";

describeOutbox("postgresql");
