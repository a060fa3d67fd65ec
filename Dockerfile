# Three stages: browser assets, the program, and an image that holds the program alone.
# BASE lets an organisation take the same images from its own mirror: --build-arg BASE=mirror.example/library/
ARG BASE=docker.io/library/

FROM ${BASE}node:20.20.2-bookworm-slim AS assets
WORKDIR /src/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY static/ ./
RUN node build.mjs

FROM ${BASE}golang:1.26.8-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/static/dist static/dist
# The build has no git: docker build --build-arg VERSION="$(git describe --tags --always --dirty)"
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -X main.version=${VERSION}" -o /out/chiso ./cmd/chiso \
 && install -d -m 0700 /out/data /out/tmp

FROM scratch
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program /out/chiso /chiso
COPY --from=program --chown=65532:65532 /out/data /data
COPY --from=program --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV CHISO_LISTEN=localhost:8080 CHISO_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=4 CMD ["/chiso", "healthcheck"]
ENTRYPOINT ["/chiso"]
CMD ["serve"]
