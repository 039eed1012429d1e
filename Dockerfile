# The service alone: Neo4j is a container of its own (docker-compose.yml), so there is no Java in here.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts/build.ts scripts/build-service.ts scripts/build-pages.ts scripts/newest.ts scripts/compress.ts scripts/
COPY src src
COPY web web
RUN npm run build

FROM node:22-bookworm-slim AS production-dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 METRICS_DIR=/data/metrics
WORKDIR /app
COPY --from=production-dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY schema schema
# A volume that is mounted here for the first time takes over this owner.
RUN mkdir -p /data/metrics && chown node:node /data/metrics
USER node
VOLUME /data/metrics
EXPOSE 4000
# Records live as long as their group: a young generation that holds a group keeps the garbage collector from copying it twice.
CMD ["node", "--max-semi-space-size=32", "dist/main.cjs", "start"]
