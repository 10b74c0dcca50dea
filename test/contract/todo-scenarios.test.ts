import { describeScenarios } from "./scenario/describe.ts";
import { todoScenarios, todoSuite, todoWeather } from "./scenario/todos.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

describeScenarios(todoSuite, [...todoScenarios, ...SEEDS.map(todoWeather)]);
