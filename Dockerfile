# syntax=docker/dockerfile:1
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY scripts/docker-steps.sh scripts/
RUN scripts/docker-steps.sh install

FROM packages AS layout
COPY . .
RUN scripts/docker-steps.sh build \
 && scripts/docker-steps.sh prune \
 && scripts/docker-steps.sh layout /app

FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY --from=layout /app ./
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
RUN install -d -o node -g node /var/lib/lienthong
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/lienthong.js"]
CMD ["serve"]
