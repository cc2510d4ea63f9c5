# Keyward in a container: `docker build -t keyward .`, or `podman build`, or `buildah bud --format docker`.
#
# Built on an image with npm, run on a plain Debian. The Node that runs Keyward is neither's: it comes with `npm ci`, as a platform
# package pinned in the lockfile, so its version is the one that was tested. Pin both by digest where builds have to be repeatable:
#   docker build --build-arg BUILD_BASE=node:24-bookworm-slim@sha256:… --build-arg BASE=debian:bookworm-slim@sha256:… -t keyward .
# `npm run test:image` builds it from bases made on the spot and runs what came of it.
ARG BUILD_BASE=node:24-bookworm-slim
ARG BASE=debian:bookworm-slim

FROM ${BUILD_BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Never --omit=optional: Node itself is an optional dependency. The packages that have install scripts serve tests only.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY patterns ./patterns
# What nothing runs stays behind: the headers and manuals in Node's package, types, source maps.
RUN npm run -s build && npm run -s build:rules && npm prune --omit=dev --ignore-scripts \
 && mkdir /runtime && mv node_modules/node-linux-*/bin/node /runtime/node \
 && rm -rf node_modules/node-linux-* node_modules/.bin node_modules/.cache \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete

FROM ${BASE}
# git reads repositories, tini reaps the processes git leaves behind.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log
COPY --from=build /runtime/node /usr/local/bin/node
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE app.yml ./
COPY bin ./bin
COPY patterns ./patterns
COPY kernels/scan.wasm kernels/pack.wasm ./kernels/
RUN install -d -o 10001 -g 10001 -m 0700 /data
ENV NODE_ENV=production \
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
