# Bida in a container: Node 26, the TypeScript sources as they are, no development dependencies.

FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings Node 26 itself: the optional packages that carry it are not needed here.
RUN npm ci --omit=dev --omit=optional

# The console's files are built here; Vite stays behind. Its bundler comes as an optional package.
FROM node:26-slim AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY console console
COPY src src
RUN npm run console:build

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY bin bin
COPY workers workers
COPY --from=console /app/console/dist console/dist
USER node
ENV BIDA_HEALTH_PORT=9090
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and gets SIGTERM itself: the worker drains within 25 s.
ENTRYPOINT ["node"]
CMD ["workers/delivery.ts", "--config", "/etc/bida/bida.yaml"]
