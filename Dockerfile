# Bida in a container: what `npm run pack` builds, and the packages that it needs to run. Nothing of the build stays.
#
#   docker build -t bida .
#   docker build -t bida --build-arg NODE_IMAGE=registry.corp.example/node:26-slim .
ARG NODE_IMAGE=node:26-slim

# The package (compiled, with Lua, the console and its pages) in dist/bida.
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY README.md README.zh-CN.md ARCHITECTURE.md CHANGELOG.md LICENSE openapi.json asyncapi.json bida.schema.json ./
COPY bin bin
COPY clients clients
COPY console console
COPY deploy deploy
COPY docs docs
COPY examples examples
COPY packaging packaging
COPY src src
COPY workers workers
RUN npm run pack

# What it needs to run, and the list of it. The image brings Node: the optional packages that carry it stay out.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts
RUN npm sbom --package-lock-only --omit=dev --omit=optional --sbom-format cyclonedx > sbom.cdx.json

FROM ${NODE_IMAGE}
ENV NODE_ENV=production BIDA_CONFIG=/etc/bida/bida.yaml BIDA_HEALTH_PORT=9090
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/sbom.cdx.json sbom.cdx.json
COPY --from=build /build/dist/bida ./
# A volume at this place belongs to the user below, so that `setup` can write the first configuration.
RUN install -d -o 10001 -g 10001 /etc/bida
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8080 9090 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and gets SIGTERM itself: every process of Bida exits within 25 s. It writes nothing.
ENTRYPOINT ["node", "/app/bin/bida.mjs"]
CMD ["worker"]
