import { describeScenarios } from "./scenario/describe.ts";
import { hostileScenarios } from "./scenario/hostile.ts";
import { aCreate, todoScenarios, todoSuite, todoWeather } from "./scenario/todos.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const hostile = hostileScenarios({
  order: aCreate(),
  create: "todo.create",
  read: "todo.check",
  harmless: "todo.check",
});

describeScenarios(todoSuite, [...todoScenarios, ...hostile, ...SEEDS.map(todoWeather)]);
