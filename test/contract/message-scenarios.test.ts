import { describeScenarios } from "./scenario/describe.ts";
import { messageScenarios, messageSuite } from "./scenario/messages.ts";

describeScenarios(messageSuite, messageScenarios);
