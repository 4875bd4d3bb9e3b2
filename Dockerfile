# One image for the web service, the workers, the consumers and the migrations: only their commands differ.

FROM node:24-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json ./
# The lock file names this folder as a package.
COPY stack/typescript-register stack/typescript-register

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY service service
COPY json json
COPY records records
COPY types types
COPY generate generate
COPY ledger ledger
COPY kafka kafka
COPY queues queues
COPY workers workers
COPY web web
RUN npm run build

FROM manifests AS dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
# Knex's command line asks for this package before it reads a knexfile in TypeScript.
COPY stack/typescript-register node_modules/typescript-register
COPY package.json knexfile.ts ./
COPY migrations migrations
COPY web/public web/public
COPY types/examples types/examples
COPY --from=build /app/dist dist
# All files belong to root: the processes can read them, not change them.
USER node
CMD ["node", "dist/web/main.js"]
