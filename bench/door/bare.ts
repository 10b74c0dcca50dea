/**
 * A bare fastify server that adds a BullMQ job for each request and answers with its id, for comparison with
 * Bida's API. It checks neither key nor fields. Ends when its stdin closes.
 */
import { Queue } from "bullmq";
import Fastify from "fastify";
import { Redis } from "ioredis";

const connection = new Redis(process.argv[2] ?? "", { enableAutoPipelining: true });
const queue = new Queue("todos", { connection, defaultJobOptions: { removeOnComplete: true } });
const server = Fastify();
server.post("/v1/deliveries", async (request, reply) => {
  const job = await queue.add("todo", request.body);
  return reply.status(201).send({ id: job.id });
});
process.stdout.write(`${await server.listen({ port: 0, host: "127.0.0.1" })}\n`);
process.stdin.resume().on("end", () => process.exit(0));
