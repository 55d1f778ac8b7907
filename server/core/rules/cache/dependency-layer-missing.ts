import { runSteps } from "../../dockerfile/commands/scripts.ts";
import type { ContextCopy } from "../../dockerfile/files/contextCopies.ts";
import { isIgnored, parseIgnoreFile } from "../../dockerfile/files/ignoreFile.ts";
import { dependencyLayerEdits, plainFolder } from "../../dockerfile/layers/dependencyLayerFix.ts";
import { type CopyAbove, copyAbove, moveSourcesEdits } from "../../dockerfile/layers/sourceCopies.ts";
import { type DependencyInstall, dependencyInstallsOf, hasCache } from "../../dockerfile/packages/dependencyInstalls.ts";
import type { EditFix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

export const dependencyLayerMissing = defineRule({
	id: "dependency-layer-missing",
	title: "Dependencies are installed after the sources are copied",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF070"]),
	onlyWith: { instructions: ["COPY", "ADD"], words: MANAGER_WORDS },
	why: "A layer is reused as long as nothing above it changed. Behind `COPY . .` nothing is ever reused: a corrected comma in a comment fetches and installs every dependency again. Builds take minutes instead of seconds, and each of them depends on registries that answer and on versions that are still there.",
	remedy:
		"Copy what lists the dependencies first, install, and copy the sources then: `COPY package.json package-lock.json ./`, `RUN npm ci`, `COPY . .`. Where sources and manifests cannot be told apart a cache mount on the tool's cache helps as well.",
	references: [
		"https://docs.docker.com/build/cache/optimize/#order-your-layers",
		"https://docs.docker.com/build/cache/optimize/#use-bind-mounts",
	],
	examples: [
		{
			caption: "The manifest gets a layer of its own, with the comment above the install",
			bad: "FROM node:22\nWORKDIR /app\n# sources\nCOPY . .\n\n# packages\nRUN npm «ci»\n\nRUN npm run build\n",
			fixed: "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\n# packages\nRUN npm ci\n# sources\nCOPY . .\n\nRUN npm run build\n",
		},
		{
			caption: "What follows the install stays; owner and mounts go along",
			bad: "FROM node:22\r\nCOPY --chown=node:node . .\r\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc set -eux && \\\r\n    # all of them\r\n    yarn «install» --frozen-lockfile && \\\r\n    yarn build\r\n",
			fixed:
				"FROM node:22\r\nCOPY --chown=node:node package.json yarn.lock* ./\r\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc yarn install --frozen-lockfile\r\nCOPY --chown=node:node . .\r\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc set -eux && \\\r\n    # all of them\r\n    yarn build\r\n",
		},
		{
			caption: "The files are those that are there",
			bad: "FROM node:22\nCOPY . /app\nWORKDIR /app\nRUN pnpm «install» --frozen-lockfile\n",
			fixed:
				"FROM node:22\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml .npmrc ./\nCOPY patches ./patches/\nRUN pnpm install --frozen-lockfile\nCOPY . /app\n",
			workspace: {
				contextEntries: ["src", "package.json", "pnpm-lock.yaml", ".npmrc", "patches", ".dockerignore"],
				dockerignore: { kind: "present", text: "node_modules\n" },
			},
		},
		{
			caption: "Python: the files that the call names, and a project that is installed later",
			bad: "FROM python:3.12 AS a\nADD . .\nRUN pip «install» --no-cache-dir -r requirements.txt -c constraints.txt\nFROM python:3.12 AS b\nWORKDIR /app\nCOPY . /app/\nRUN uv «sync» --locked\nFROM python:3.12 AS c\nCOPY . .\nRUN uv «pip» install --system -r requirements.txt\nFROM python:3.12\nCOPY --from=a /x /x\nCOPY --from=b /x /x\nCOPY --from=c /x /x\n",
			fixed:
				"FROM python:3.12 AS a\nCOPY requirements.txt constraints.txt ./\nRUN pip install --no-cache-dir -r requirements.txt -c constraints.txt\nADD . .\nFROM python:3.12 AS b\nWORKDIR /app\nCOPY pyproject.toml uv.lock* ./\nRUN uv sync --locked --no-install-project\nCOPY . /app/\nRUN uv sync --locked\nFROM python:3.12 AS c\nCOPY requirements.txt ./\nRUN uv pip install --system -r requirements.txt\nCOPY . .\nFROM python:3.12\nCOPY --from=a /x /x\nCOPY --from=b /x /x\nCOPY --from=c /x /x\n",
		},
		{
			caption: "A requirements file that is named in full",
			bad: "FROM python:3.12\n\nADD ./ /app\nWORKDIR /app\n\nRUN pip «install» -r /app/requirements.txt\n\nEXPOSE 8080\n",
			fixed:
				"FROM python:3.12\n\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r /app/requirements.txt\nADD ./ /app\n\nEXPOSE 8080\n",
		},
		{
			caption: "The WORKDIR moves along, unless another copy depends on it",
			bad: "FROM node:22 AS a\nCOPY . /app\n\nWORKDIR /app\n\nRUN npm «ci»\n\nRUN npm run build\nFROM node:22\nCOPY . /app\nCOPY --from=a /a ./a\nWORKDIR /app\nRUN npm «ci»",
			fixed:
				"FROM node:22 AS a\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . /app\n\nRUN npm run build\nFROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . /app\nCOPY --from=a /a ./a\nWORKDIR /app",
		},
		{
			caption: "A WORKDIR with a comment stays as well",
			bad: "FROM node:22\nCOPY . /app\n# where the server looks\nWORKDIR /app\nRUN npm «ci»\nRUN npm run build\n",
			fixed:
				"FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . /app\n# where the server looks\nWORKDIR /app\nRUN npm run build\n",
		},
		{
			caption: "What empties the cache goes along, unless it may fail or takes more with it",
			bad: "FROM python:3.12 AS a\nWORKDIR /app\nCOPY . .\nRUN pip «install» -r requirements.txt && rm -rf /root/.cache /x\nFROM python:3.12 AS b\nWORKDIR /app\nCOPY . .\nRUN pip «install» -r requirements.txt && rm -rf /root/.cache || true\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip «install» -r requirements.txt && rm -rf /root/.cache\nCOPY --from=a /x /x\nCOPY --from=b /x /y\n",
			fixed:
				"FROM python:3.12 AS a\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt && rm -rf /root/.cache /x\nFROM python:3.12 AS b\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt && rm -rf /root/.cache || true\nFROM python:3.12\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt && rm -rf /root/.cache\nCOPY . .\nCOPY --from=a /x /x\nCOPY --from=b /x /y\n",
		},
		{
			caption: "Goals behind one that only deletes, goals that fetch behind others, and goals that nobody knows",
			bad: "FROM maven:3.9-eclipse-temurin-21 AS d\nCOPY . .\nRUN mvn clean «package»\nFROM gradle:8 AS e\nCOPY . .\nRUN gradle clean && gradle clean «build»\nFROM maven:3.9-eclipse-temurin-21 AS a\nCOPY . .\nRUN mvn clean source:jar «install»\nFROM maven:3.9-eclipse-temurin-21 AS b\nCOPY . .\nRUN mvn «clean» test\nFROM gradle:8 AS c\nCOPY . .\nRUN gradle clean wrapper «build»\nFROM gradle:8\nCOPY . .\nRUN gradle clean; gradle clean wrapper; gradle «clean» $TASK\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\nCOPY --from=d /d /d\nCOPY --from=e /e /e\n",
		},
		{
			caption: "Go, Bun and Ruby",
			bad: "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN go «mod» download && go build -o /app .\nFROM oven/bun:1 AS bun\nWORKDIR /app\nCOPY . .\nRUN bun «ci»\nFROM ruby:3.3\nCOPY --from=bun /app /bun\nCOPY ./ ./\nRUN bundle «install» --jobs 4\nCOPY --from=build /app /app\n",
			fixed:
				"FROM golang:1.22 AS build\nWORKDIR /src\nCOPY go.mod go.sum* ./\nRUN go mod download\nCOPY . .\nRUN go build -o /app .\nFROM oven/bun:1 AS bun\nWORKDIR /app\nCOPY package.json bun.lock* ./\nRUN bun ci\nCOPY . .\nFROM ruby:3.3\nCOPY --from=bun /app /bun\nCOPY Gemfile Gemfile.lock* ./\nRUN bundle install --jobs 4\nCOPY ./ ./\nCOPY --from=build /app /app\n",
		},
		{
			caption: "What empties the tool's cache goes along",
			bad: "FROM node:22\nCOPY . .\nRUN yarn «install» && yarn build && rm -rf /usr/local/share/.cache/yarn\nFROM node:22\nCOPY . .\nRUN set -eux; npm «ci»; npm cache clean --force\n",
			fixed:
				"FROM node:22\nCOPY package.json yarn.lock* ./\nRUN yarn install && rm -rf /usr/local/share/.cache/yarn\nCOPY . .\nRUN yarn build\nFROM node:22\nCOPY package*.json ./\nRUN npm ci && npm cache clean --force\nCOPY . .\n",
		},
		{
			caption: "Yarn 2 and later reads more files; who knows which",
			bad: "FROM node:22\nCOPY . .\nRUN yarn «install» --immutable\n",
		},
		{
			caption: "They are copied where they are known",
			bad: "FROM node:22\nCOPY . .\nRUN yarn «install» --immutable\n",
			fixed: "FROM node:22\nCOPY package.json yarn.lock .yarnrc.yml ./\nCOPY .yarn ./.yarn/\nRUN yarn install --immutable\nCOPY . .\n",
			workspace: {
				contextEntries: ["src", "package.json", "yarn.lock", ".yarnrc.yml", ".yarn"],
				dockerignore: { kind: "present", text: "node_modules\n" },
			},
		},
		{
			caption:
				"No edit: more than a cache is emptied, something in between, another folder, one above the project, several projects, builds that fetch",
			bad: "FROM node:22 AS a\nCOPY . .\nENV NODE_ENV=production\nRUN npm «ci»\nFROM node:22 AS b\nCOPY . .\nRUN cd web && npm «ci»\nFROM maven:3.9-eclipse-temurin-21 AS c\nCOPY . .\nRUN mvn -B «package»\nFROM rust:1.80 AS d\nCOPY . .\nRUN cargo «build» --release\nFROM gradle:8 AS e\nCOPY . .\nRUN gradle «classes»\nRUN gradle build\nFROM maven:3.9-eclipse-temurin-25 AS f\nCOPY ./src/code/ ./\nRUN mvn «package»\nFROM node:22 AS g\nWORKDIR /app\nCOPY web web\nRUN cd web && npm «ci»\nFROM node:22 AS h\nCOPY services /services\nWORKDIR /services/api\nRUN npm «ci»\nFROM node:22 AS i\nCOPY . .\nRUN yarn «install» && yarn build && rm -rf /usr/local/share/.cache/yarn /tmp/build\nFROM node:22 AS j\nCOPY . .\nRUN npm «ci» && npm run build && rm -rf $HOME/.cache\nFROM python:3.12\nCOPY . .\nRUN pip «install» .\nCOPY --from=i /i /i\nCOPY --from=j /j /j\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\nCOPY --from=d /d /d\nCOPY --from=e /e /e\nCOPY --from=f /f /f\nCOPY --from=g /g /g\nCOPY --from=h /h /h\n",
		},
		{
			caption: "No edit: files of the project, another project or manifest, parts of a workspace",
			bad: "FROM debian:12 AS s0\nWORKDIR /app\nCOPY . .\nRUN pip «install» -r requirements.txt -e .\nFROM debian:12 AS s1\nWORKDIR /app\nCOPY . .\nRUN pip «install» '.[dev]' -r requirements.txt\nFROM debian:12 AS s2\nWORKDIR /app\nCOPY . .\nRUN pip «install» -r requirements.txt wheels/*.whl\nFROM debian:12 AS s3\nWORKDIR /app\nCOPY . .\nRUN pip «install» -r requirements.txt file:///app\nFROM debian:12 AS s4\nWORKDIR /app\nCOPY . .\nRUN uv «pip» install -r requirements.txt -e .\nFROM debian:12 AS s5\nWORKDIR /app\nCOPY . .\nRUN npm -C web «ci»\nFROM debian:12 AS s6\nWORKDIR /app\nCOPY . .\nRUN yarn --cwd web «install»\nFROM debian:12 AS s7\nWORKDIR /app\nCOPY . .\nRUN pnpm «install» --dir web\nFROM debian:12 AS s8\nWORKDIR /app\nCOPY . .\nRUN bun «install» --cwd web\nFROM debian:12 AS s9\nWORKDIR /app\nCOPY . .\nRUN uv «sync» --directory sub\nFROM debian:12 AS s10\nWORKDIR /app\nCOPY . .\nRUN poetry «install» --directory=web\nFROM debian:12 AS s11\nWORKDIR /app\nCOPY . .\nRUN bundle «install» --gemfile gemfiles/a\nFROM debian:12 AS s12\nWORKDIR /app\nCOPY . .\nRUN go «mod» download -modfile=x.mod\nFROM debian:12 AS s13\nWORKDIR /app\nCOPY . .\nRUN npm «ci» --userconfig ./ci.npmrc\nFROM debian:12 AS s14\nWORKDIR /app\nCOPY . .\nRUN npm «ci» -w app\nFROM debian:12 AS s15\nWORKDIR /app\nCOPY . .\nRUN pnpm «install» --filter app\nFROM debian:12 AS s16\nWORKDIR /app\nCOPY . .\nRUN uv «sync» --all-packages\nFROM debian:12 AS s17\nWORKDIR /app\nCOPY . .\nRUN uv «pip» install --system -r requirements.txt --overrides overrides.txt\nFROM debian:12 AS s18\nWORKDIR /app\nCOPY . .\nRUN uv «pip» install --system -r requirements.txt -b build.txt\nFROM debian:12 AS s19\nWORKDIR /app\nCOPY . .\nRUN uv «pip» install --system -r setup.py\nFROM debian:12\nCOPY --from=s0 /a /a\nCOPY --from=s1 /a /a\nCOPY --from=s2 /a /a\nCOPY --from=s3 /a /a\nCOPY --from=s4 /a /a\nCOPY --from=s5 /a /a\nCOPY --from=s6 /a /a\nCOPY --from=s7 /a /a\nCOPY --from=s8 /a /a\nCOPY --from=s9 /a /a\nCOPY --from=s10 /a /a\nCOPY --from=s11 /a /a\nCOPY --from=s12 /a /a\nCOPY --from=s13 /a /a\nCOPY --from=s14 /a /a\nCOPY --from=s15 /a /a\nCOPY --from=s16 /a /a\nCOPY --from=s17 /a /a\nCOPY --from=s18 /a /a\nCOPY --from=s19 /a /a\n",
		},
		{
			caption: "The project is left out already",
			bad: "FROM python:3.12 AS a\nCOPY . .\nRUN uv «sync» --frozen --no-install-project && ls\nFROM python:3.12\nCOPY . .\nRUN poetry «install» --no-root\nCOPY --from=a /a /a\n",
			fixed:
				"FROM python:3.12 AS a\nCOPY pyproject.toml uv.lock* ./\nRUN uv sync --frozen --no-install-project\nCOPY . .\nRUN ls\nFROM python:3.12\nCOPY pyproject.toml poetry.lock* ./\nRUN poetry install --no-root\nCOPY . .\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Installed before, by an ancestor, and downloads that outlive the layer",
			good: "FROM node:22\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build && npm ci --omit=dev\nFROM python:3.12\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN pip install .\nFROM node:22 AS deps\nCOPY package*.json ./\nRUN npm ci\nFROM deps\nCOPY . .\nRUN npm install\nFROM golang:1.22\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\n",
		},
		{
			caption: "Sources under names of their own",
			bad: "FROM python:3.13\nWORKDIR /bottle\n# pages\nCOPY views views\nCOPY app.py app.py\nCOPY requirements.txt requirements.txt\n\nRUN pip «install» -r requirements.txt\n\nCMD gunicorn app:app\n",
			fixed:
				"FROM python:3.13\nWORKDIR /bottle\nCOPY requirements.txt requirements.txt\n\nRUN pip install -r requirements.txt\n\n# pages\nCOPY views views\nCOPY app.py app.py\n\nCMD gunicorn app:app\n",
		},
		{
			caption: "And the manifest beside them, a build, something in between",
			bad: "FROM node:22 AS a\nCOPY package.json package-lock.json src/ ./\nRUN npm «ci»\nFROM maven:3.9-eclipse-temurin-25 AS b\nCOPY pom.xml pom.xml\nCOPY src src\nRUN mvn «package» -q\nFROM node:22 AS c\nCOPY package.json tsconfig.json ./\nCOPY src ./src\nENV A=1\nRUN npm «install» && npm run build\nFROM debian:12\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
		},
		{
			caption: "What an install may read: other folders, tools that it calls, the project itself",
			good: "FROM node:22 AS a\nCOPY package.json .npmrc ./\nCOPY scripts scripts\nCOPY packages/a packages/a\nCOPY server server\nRUN npm ci\nFROM node:22 AS b\nCOPY package.json tsconfig.json ./\nCOPY src src\nRUN npm ci\nFROM python:3.13 AS c\nCOPY setup.py requirements.txt ./\nCOPY src src\nRUN pip install -r requirements.txt\nFROM python:3.13 AS d\nCOPY pyproject.toml uv.lock ./\nCOPY src src\nRUN uv sync --locked\nFROM composer:2\nCOPY composer.json ./\nCOPY src src\nRUN composer install\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\nCOPY --from=d /d /d\n",
		},
		{
			caption: "The install, or something before it, needs what is copied: it names it, a workspace file does, .NET's solution may",
			good: "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS a\nCOPY App.sln .\nCOPY src src\nRUN dotnet restore\nRUN dotnet publish\nFROM mcr.microsoft.com/dotnet/sdk:8.0 AS a2\nCOPY . .\nRUN dotnet test bin/a.dll\nFROM python:3.13 AS b\nCOPY requirements.txt .\nCOPY src src\nRUN pip install -r requirements.txt ./src\nFROM python:3.13 AS c\nCOPY requirements.txt .\nCOPY src src\nRUN pip install -e src -r requirements.txt\nFROM python:3.13 AS d\nCOPY requirements.txt .\nCOPY src /wheels\nRUN pip install -f /wheels -r requirements.txt\nFROM python:3.13 AS e\nCOPY requirements.txt get-pip.py ./\nRUN python get-pip.py && pip install -r requirements.txt\nFROM python:3.13 AS e2\nCOPY requirements.txt ./\nCOPY app /app\nRUN sh /app/prepare.sh\nRUN pip install -r requirements.txt\nFROM node:22 AS f\nCOPY package.json ./\nCOPY src src\nRUN npm --prefix src install\nFROM node:22 AS g\nCOPY package.json ./\nCOPY src src\nRUN yarn --cwd ./src install\nFROM node:22 AS h\nCOPY package.json ./\nCOPY src src\nRUN npm ci --workspace=src\nFROM node:22 AS i\nCOPY package.json ./\nCOPY app app\nRUN pnpm -C app install\nFROM node:22 AS j\nCOPY package.json ./\nCOPY app app\nRUN pnpm --filter app... install\nFROM node:22 AS k\nCOPY package.json pnpm-workspace.yaml ./\nCOPY app app\nRUN pnpm install\nFROM debian:12\nCOPY --from=a /a /a\nCOPY --from=a2 /a /a\nCOPY --from=b /a /a\nCOPY --from=c /a /a\nCOPY --from=d /a /a\nCOPY --from=e /a /a\nCOPY --from=e2 /a /a\nCOPY --from=f /a /a\nCOPY --from=g /a /a\nCOPY --from=h /a /a\nCOPY --from=i /a /a\nCOPY --from=j /a /a\nCOPY --from=k /a /a\n",
		},
		{
			caption: "Only what is not needed is moved",
			bad: "FROM python:3.13\nCOPY requirements.txt ./\nCOPY templates templates\nCOPY src src\nCOPY app.py ./\nRUN pip «install» -r requirements.txt ./src\n",
			fixed:
				"FROM python:3.13\nCOPY requirements.txt ./\nCOPY src src\nRUN pip install -r requirements.txt ./src\nCOPY templates templates\nCOPY app.py ./\n",
		},
		{
			caption: "Cargo builds with what was vendored",
			good: "FROM rust:1.90 AS a\nCOPY Cargo.toml Cargo.lock ./\nCOPY vendor vendor\nCOPY .cargo .cargo\nCOPY src src\nRUN cargo build --release\nFROM rust:1.90 AS b\nCOPY . .\nRUN cargo vendor > .cargo/config.toml\nRUN cargo build --release\nFROM rust:1.90\nCOPY . .\nRUN cargo build --release --frozen\nCOPY --from=a /a /a\nCOPY --from=b /b /b\n",
		},
		{
			caption: ".NET: publishing restores first, unless that was done",
			bad: "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS a\nCOPY . .\nRUN dotnet «publish» -c Release -o /out\nFROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY *.csproj .\nRUN dotnet restore\nCOPY . .\nRUN dotnet publish -o /out\nFROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY . .\nRUN dotnet build --no-restore\nCOPY --from=a /out /out\n",
		},
		{
			caption: "Options that fetch no less: definitions, more words, another file",
			bad: "FROM maven:3.9-eclipse-temurin-21 AS a\nCOPY . .\nRUN mvn -V «package» -Dmaven.test.skip=true -Drevision=1\nFROM gradle:8-jdk21 AS b\nCOPY . .\nRUN gradle «assemble» -Pversion=1 -Dorg.gradle.daemon=false\nFROM rust:1.90 AS c\nCOPY . .\nRUN cargo «build» --release --locked -vv\nFROM python:3.13\nCOPY . .\nRUN pip «install» -v -r requirements.txt\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
			fixed:
				"FROM maven:3.9-eclipse-temurin-21 AS a\nCOPY . .\nRUN mvn -V package -Dmaven.test.skip=true -Drevision=1\nFROM gradle:8-jdk21 AS b\nCOPY . .\nRUN gradle assemble -Pversion=1 -Dorg.gradle.daemon=false\nFROM rust:1.90 AS c\nCOPY . .\nRUN cargo build --release --locked -vv\nFROM python:3.13\nCOPY requirements.txt ./\nRUN pip install -v -r requirements.txt\nCOPY . .\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
		},
		{
			caption: "Go's own packages, and what they import",
			bad: "FROM golang:1.22 AS a\nCOPY . .\nRUN go «get» -d -v ./...\nFROM golang:1.22 AS b\nCOPY . .\nRUN go «get» .\nFROM golang:1.22 AS c\nCOPY . .\nRUN go «get» -d\nRUN go get example.com/tool\nFROM debian:12\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
		},
		{
			caption: "A folder of the context that can alone have brought the manifest",
			bad: "FROM golang:1.25 AS a\nWORKDIR /fiber\nCOPY ./fiber-v2 /fiber\nRUN go «mod» download && go build\nFROM golang:1.25 AS b\nCOPY src/ /src\nWORKDIR /src\nRUN go «mod» download\nFROM node:22 AS c\nWORKDIR /app\nCOPY --chown=node ./server /app\nCOPY entry.sh /\nRUN npm «ci»\nFROM python:3.13\nRUN apt-get update && apt-get install -y git && mkdir /data\nCOPY server/* .\nRUN pip «install» -r requirements.txt\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
			fixed:
				"FROM golang:1.25 AS a\nWORKDIR /fiber\nCOPY ./fiber-v2/go.mod ./fiber-v2/go.sum* ./\nRUN go mod download\nCOPY ./fiber-v2 /fiber\nRUN go build\nFROM golang:1.25 AS b\nWORKDIR /src\nCOPY src/go.mod src/go.sum* ./\nRUN go mod download\nCOPY src/ /src\nFROM node:22 AS c\nWORKDIR /app\nCOPY --chown=node ./server/package*.json ./\nRUN npm ci\nCOPY --chown=node ./server /app\nCOPY entry.sh /\nFROM python:3.13\nRUN apt-get update && apt-get install -y git && mkdir /data\nCOPY server/requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY server/* .\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
		},
		{
			caption: "Something else may have brought the manifest, or the sources come later",
			good: "FROM node:22 AS a\nWORKDIR /app\nCOPY web/package.json ./\nCOPY web/ .\nRUN npm ci\nFROM node:22 AS b\nWORKDIR /app\nCOPY web/ .\nRUN --mount=type=bind,source=package.json,target=package.json npm ci\nFROM node:22 AS c\nRUN git clone https://example.com/app\nCOPY config/ /app\nWORKDIR /app\nRUN npm ci\nFROM node:22 AS d\nWORKDIR /app\nCOPY web/ .\nRUN npm init -y && npm install\nFROM python:3.13 AS e\nCOPY requirements/ .\nRUN pip install -r base.txt\nFROM python:3.13 AS f\nWORKDIR /app\nCOPY wheels/ .\nRUN pip install -r list.txt\nCOPY app ./app\nFROM node:22 AS g\nWORKDIR /app\nCOPY --from=a /app .\nCOPY config/ .\nRUN npm ci\nFROM node:22 AS h\nCOPY web/ .\nCOPY api/ .\nRUN npm ci\nFROM acme/app AS l\nWORKDIR /app\nCOPY web/ .\nRUN npm ci\nFROM node:8-onbuild AS m\nWORKDIR /app\nCOPY web/ .\nRUN npm ci\nFROM golang:1.25 AS i\nWORKDIR /src\nCOPY vendor/ .\nRUN go mod download\nFROM composer:2 AS j\nCOPY app/ .\nRUN composer install\nFROM node:22 AS k\nADD app.tar.gz /app\nCOPY web/ /app/\nWORKDIR /app\nRUN npm ci\nFROM node:22\nCOPY --from=b /b /b\nCOPY --from=c /b /b\nCOPY --from=d /b /b\nCOPY --from=e /b /b\nCOPY --from=f /b /b\nCOPY --from=g /b /b\nCOPY --from=h /b /b\nCOPY --from=i /b /b\nCOPY --from=j /b /b\nCOPY --from=k /b /b\nCOPY --from=l /b /b\nCOPY --from=m /b /b\n",
		},
		{
			caption: "Not what the manifest lists, or from here",
			good: "FROM node:22\nCOPY . .\nRUN npm install -g pnpm && npm install --package-lock-only && poetry install --only-root && npm install express && yarn --version && pip install flask && pip install --no-deps . && bundle install --local && npm ci --offline && go build . && cargo --version && cargo chef prepare\n",
		},
		{
			caption: "A comment above the install that is about what stands below it, too, stays; with one of its own there, it goes along",
			bad: "FROM node:22 AS a\nWORKDIR /app\nCOPY . .\n# Build the application\nRUN npm «ci»\nRUN npm run build\nFROM node:22\nWORKDIR /app\nCOPY . .\n# Install\nRUN npm «ci»\n# Build\nRUN npm run build\nCOPY --from=a /a /a\n",
			fixed:
				"FROM node:22 AS a\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n# Build the application\nRUN npm run build\nFROM node:22\nWORKDIR /app\nCOPY package*.json ./\n# Install\nRUN npm ci\nCOPY . .\n# Build\nRUN npm run build\nCOPY --from=a /a /a\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const reported = new Set<string>();
				for (const install of dependencyInstallsOf(step)) {
					const { call, ecosystem, word } = install;
					if (reported.has(ecosystem.id) || hasCache(step)) continue;
					reported.add(ecosystem.id);
					const above = copyAbove(install);
					if (above === undefined) continue;
					const { source } = above;
					const whole = above.kind === "context";
					const changed = shortened(source.value ?? source.text, 30);
					const program = call.manager === "pip" ? "pip" : call.program;
					// `go mod download`, `uv pip install`: half of the name says little.
					const nested = call.verb === "mod" || call.verb === "pip" ? (call.operands[0]?.value ?? "") : "";
					reports.push({
						span: word?.span ?? call.command.name?.span ?? call.command.span,
						message: `${`${program} ${word?.value ?? call.verb} ${nested}`.trim()} fetches all dependencies again when ${whole ? "any file" : changed} changes`,
						...(stage.use === "unused" ? { severity: "hint" as const } : install.withSources ? { severity: "info" as const } : {}),
						related: [{ span: source.span, message: `Every file of ${whole ? "the context" : changed} counts from here on` }],
						fixes: () => (above.kind === "sources" ? movesOf(above.copy, install) : fixesOf(above, install, workspace)),
					});
				}
			}
		}
		return reports;
	},
});

function fixesOf({ copy, source, kind }: CopyAbove, install: DependencyInstall, workspace: WorkspaceFacts): readonly EditFix[] {
	const { installsInto, id } = install.ecosystem;
	const folder = kind === "project" ? plainFolder(source) : "";
	if (folder === undefined) return [];
	// What lies in the context would be copied over what was installed.
	if (installsInto !== undefined && workspace.dockerignore.kind !== "unknown") {
		const { dockerignore } = workspace;
		if (dockerignore.kind === "absent" || !isIgnored(parseIgnoreFile(dockerignore.text), `${folder}${installsInto}`)) return [];
	}
	const files = kind === "project" ? { entries: undefined, folder } : { entries: workspace.contextEntries };
	const edits = dependencyLayerEdits(copy, install, files);
	if (edits === undefined) return [];
	const note =
		installsInto === undefined
			? "What the install reads besides these files has to be copied with them."
			: `Scripts such as postinstall must not need the sources, and ${installsInto} belongs in .dockerignore.`;
	return [{ title: `Install ${id} dependencies before the sources are copied`, safety: "review", edits, note }];
}

function movesOf(copy: ContextCopy, install: DependencyInstall): readonly EditFix[] {
	const edits = moveSourcesEdits(copy, install);
	if (edits === undefined) return [];
	return [
		{ title: "Copy the sources after the install", safety: "review", edits, note: "Scripts such as postinstall must not need them." },
	];
}
