# Keyward in a container: `docker build -t keyward .`, or `podman build`, or `buildah bud`.
#
# The base needs Debian's apt and npm, nothing else: the Node that runs Keyward comes with `npm ci`, as a platform package pinned
# in the lockfile, so its version is the one that was tested. Pin the base by digest where builds have to be repeatable:
#   docker build --build-arg BASE=node:24-bookworm-slim@sha256:… -t keyward .
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
# A base without npm gets Debian's, which is only used in this stage.
RUN command -v npm >/dev/null || { apt-get update && apt-get install -y --no-install-recommends npm; }
COPY package.json package-lock.json .npmrc ./
# Never --omit=optional: Node itself is an optional dependency. The packages that have install scripts serve tests only.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY patterns ./patterns
RUN npm run -s build && npm run -s build:rules && npm prune --omit=dev --ignore-scripts

FROM ${BASE}
# git reads repositories, tini reaps the processes git leaves behind.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE app.yml ./
COPY bin ./bin
COPY patterns ./patterns
COPY kernels/scan.wasm kernels/pack.wasm ./kernels/
RUN install -d -o 10001 -g 10001 -m 0700 /data
ENV NODE_ENV=production \
    PATH=/app/node_modules/.bin:$PATH \
    HOME=/tmp \
    TMPDIR=/tmp \
    KEYWARD_DATA_DIR=/data \
    PORT=3000
# Nothing else is written to, so the root file system can be read-only.
VOLUME ["/data", "/tmp"]
EXPOSE 3000
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "-s", "--", "node", "/app/dist/app/cli/main.js"]
CMD ["serve"]
