import type { CacheUse } from "../../dockerfile/layers/cacheUses.ts";
import { cachesLeft, cleaningFixes } from "../../dockerfile/layers/layerCaches.ts";
import { mayBuildAtStart } from "../../dockerfile/layers/startBuilds.ts";
import { anyStepBehind } from "../../dockerfile/model/mentions.ts";
import { mayUseGoPath } from "../../dockerfile/packages/goPathMode.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { CacheTool, CacheToolId } from "../../knowledge/cacheDirectories.ts";
import { remembered } from "../../memo.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/**
 * Tools whose cache is of no use at run time, with the command that empties it where they have one; else what lies in the folders goes.
 * Not uv and Bun: what they install are links to what is in their cache. Not NuGet: programs that were built, but not published, run out
 * of its folder.
 */
const CLEANING: Partial<Record<CacheToolId, string | undefined>> = {
	"go modules": "go clean -modcache",
	go: "go clean -cache -modcache",
	composer: "composer clear-cache",
	cargo: undefined,
	maven: undefined,
	gradle: undefined,
	poetry: undefined,
	pipenv: undefined,
};
const TOOLS: ReadonlySet<CacheToolId> = new Set(Object.keys(CLEANING) as CacheToolId[]);
export const languageCacheKept = defineRule({
	id: "language-cache-kept",
	title: "The cache of a compiler or package manager stays in the layer",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6587"]),
	onlyWith: { words: ["go", "composer", "cargo", "mvn", "mvnw", "gradle", "gradlew", "poetry", "pipenv"] },
	why: "Compilers and package managers keep what they download and build for the next call: Go its module and build cache, Cargo its registry, Maven and Gradle their repositories, Composer and Poetry their archives. In the layer of an image that ships there is no next call; the caches are often larger than the application, and each host pulls and stores them.",
	remedy:
		"Build in a stage of its own and copy the result, so that nothing else ships. Or mount a cache where the tool keeps it (`RUN --mount=type=cache,target=/root/.m2 mvn package`), or empty it in the same RUN.",
	references: ["https://docs.docker.com/build/cache/optimize/#use-cache-mounts", "https://docs.docker.com/build/building/multi-stage/"],
	examples: [
		{
			caption: "What Go keeps of a build",
			bad: 'FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN go «build» -o /app .\nCMD ["/app"]\n',
			fixed: 'FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN go build -o /app . && go clean -cache -modcache\nCMD ["/app"]\n',
		},
		{
			caption: "On a mount",
			good: 'FROM golang:1.24\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod go build -o /app .\nCMD ["/app"]\n',
		},
		{
			caption: "Composer's archives",
			bad: 'FROM php:8.3-apache\nCOPY composer.json composer.lock ./\nENV COMPOSER_HOME=/composer\nRUN composer «install» --no-dev\nCMD ["apache2-foreground"]\n',
			fixed:
				'FROM php:8.3-apache\nCOPY composer.json composer.lock ./\nENV COMPOSER_HOME=/composer\nRUN composer install --no-dev && composer clear-cache\nCMD ["apache2-foreground"]\n',
		},
		{
			caption: "Modules and builds of Go, in the layout of the file",
			bad: 'FROM golang:1.24\r\nCOPY . .\r\nENV GOCACHE=/gocache\r\nRUN go mod download && \\\r\n    # now\r\n    go «build» -o /app .\r\nCMD ["/app"]\r\n',
			fixed:
				'FROM golang:1.24\r\nCOPY . .\r\nENV GOCACHE=/gocache\r\nRUN go mod download && \\\r\n    # now\r\n    go build -o /app . && \\\r\n    go clean -cache -modcache\r\nCMD ["/app"]\r\n',
		},
		{
			caption: "In the folder that a call itself names",
			bad: 'FROM maven:3.9-eclipse-temurin-21\nRUN mvn «package» -Dmaven.repo.local=/x\nCMD ["java", "-jar", "a.jar"]\n',
			fixed: 'FROM maven:3.9-eclipse-temurin-21\nRUN mvn package -Dmaven.repo.local=/x && rm -rf /x\nCMD ["java", "-jar", "a.jar"]\n',
		},
		{
			caption: "Go without modules has a build cache alone",
			bad: 'FROM golang:1.11\nRUN go «get» -u github.com/golang/dep/cmd/dep\nCMD ["dep"]\n',
			fixed: 'FROM golang:1.11\nRUN go get -u github.com/golang/dep/cmd/dep && go clean -cache\nCMD ["dep"]\n',
		},
		{
			caption: "With modules, as a variable says",
			bad: 'FROM golang:1.15\nENV GO111MODULE=on\nRUN go «get» example.com/a\nCMD ["a"]\n',
			fixed: 'FROM golang:1.15\nENV GO111MODULE=on\nRUN go get example.com/a && go clean -modcache\nCMD ["a"]\n',
		},
		{
			caption: "Modules because the file makes some",
			bad: 'FROM golang:1.15\nRUN go mod init x && go «get» -d example.com/a\nCMD ["a"]\n',
			fixed: 'FROM golang:1.15\nRUN go mod init x && go get -d example.com/a && go clean -modcache\nCMD ["a"]\n',
		},
		{
			caption: "Modules because only they have versions",
			bad: 'FROM golang:1.12\nRUN go «get» -d example.com/a@v1.2.3\nCMD ["a"]\n',
			fixed: 'FROM golang:1.12\nRUN go get -d example.com/a@v1.2.3 && go clean -modcache\nCMD ["a"]\n',
		},
		{
			caption: "Without them, for the same reason",
			bad: 'FROM golang:1.18\nENV GO111MODULE=off\nRUN go «build» -o /a ./a\nCMD ["/a"]\n',
			fixed: 'FROM golang:1.18\nENV GO111MODULE=off\nRUN go build -o /a ./a && go clean -cache\nCMD ["/a"]\n',
		},
		{
			caption: "Go before it had a cache, or without modules when it only downloads",
			good: 'FROM golang:1.9 AS a\nRUN go get example.com/a\nFROM golang:1.12\nRUN go get -d example.com/b\nCOPY --from=a /a /a\nCMD ["a"]\n',
		},
		{
			caption: "Where the tool keeps it",
			bad: 'FROM rust:1.83\nCOPY . .\nRUN cargo «build» --release\nCMD ["/app"]\n',
			fixed: 'FROM rust:1.83\nCOPY . .\nRUN cargo build --release && rm -rf /usr/local/cargo/registry /usr/local/cargo/git\nCMD ["/app"]\n',
		},
		{
			caption: "Emptied, moved to a mount, or built elsewhere",
			good: "FROM golang:1.24 AS build\nENV GOCACHE=/gocache\nRUN go build -o /app .\nFROM golang:1.24\nENV GOCACHE=/gocache\nRUN --mount=type=cache,target=/gocache --mount=type=cache,target=/go/pkg/mod go build -o /b .\nRUN go build -o /c . && go clean -cache -modcache\nRUN go build -o /c . && rm -rf /gocache /go/pkg/mod\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Composer's directory depends on what the image has: no mount, and either removal counts",
			bad: 'FROM ubuntu:24.04\nRUN composer «install» --no-dev\nRUN composer install && rm -rf /root/.composer\nRUN composer install && rm -rf ~/.cache/composer\nCMD ["php", "a.php"]\n',
			fixed:
				'FROM ubuntu:24.04\nRUN composer install --no-dev && composer clear-cache\nRUN composer install && rm -rf /root/.composer\nRUN composer install && rm -rf ~/.cache/composer\nCMD ["php", "a.php"]\n',
		},
		{
			caption: "Built as the container starts",
			good: 'FROM golang:1.24\nENV GOCACHE=/gocache\nRUN go build ./...\nCMD ["go", "run", "."]\n',
		},
		{
			caption: "Links, and what has a rule of its own",
			good: 'FROM python:3.12\nRUN uv sync && pip install --no-cache-dir a\nFROM node:22\nRUN bun install && pnpm install\nCMD ["node", "a.js"]\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of cachesLeft(file, TOOLS)) {
			const call = use.calls[0];
			const word = call.verbWord ?? call.command.name;
			if (word === undefined || mayBuildAtStart(use.step.stage)) continue;
			reports.push({
				span: word.span,
				message: `${`${call.program} ${call.verb}`.trim()} leaves its cache in the layer`,
				fixes: () => fixesOf(use),
			});
		}
		return reports;
	},
});

/** Where a later RUN works with what is there, only the mount is offered. */
function fixesOf(use: CacheUse): readonly EditFix[] {
	const { tool, step, paths } = use;
	// Cargo checks the repositories of `git/db` out beside it.
	const removed = tool.id === "cargo" ? paths.map((path) => path.replace(/\/git\/db$/, "/git")) : paths;
	const inGoPath = tool.id === "go" && use.calls.some((call) => mayUseGoPath(step, call.command));
	const command = (inGoPath ? "go clean -cache" : CLEANING[tool.id]) ?? `rm -rf ${removed.join(" ")}`;
	const needed = tool.neededLater === true && calledBehind(tool)(step);
	const plain = paths.every((path) => /^[\w./-]+$/.test(path));
	return cleaningFixes(use, command, "review").filter(({ title }) => title.startsWith("Mount") || (!needed && plain));
}

/** Whether a later RUN calls the managers of a tool. */
const calledBehind = remembered(({ managers }: CacheTool) =>
	anyStepBehind((later) => later.keyword === "RUN" && packageCallsOf(later).some(({ manager }) => managers.includes(manager))),
);
