import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { neededPaths } from "../../../server/core/refactor/neededPaths.ts";
import { newIgnoreFile } from "../../../server/core/refactor/newIgnoreFile.ts";

describe("paths that a Dockerfile needs", () => {
	it("are the sources of copies and mounts, patterns as a path that they match", () => {
		const text = [
			"FROM debian AS a",
			"ARG JAR=target/*.jar",
			"COPY . /x",
			"COPY ./a/../b c/ /x/",
			"COPY ${JAR} /x",
			"COPY --from=a /y /z",
			"ADD https://example.com/f /x",
			"ADD k?[ey].pem * /x/",
			"RUN --mount=type=bind,source=m,target=/m --mount=type=cache,target=/c --mount=type=bind,from=a,source=n,target=/n b",
			"ONBUILD COPY o /o",
			"COPY $UNKNOWN /p",
		].join("\n");
		assert.deepEqual(neededPaths(parseDockerfile(text)), ["b", "c", "target/x.jar", "kxe.pem", "m", "o"]);
	});

	it("stay in the build", () => {
		const needed = neededPaths(parseDockerfile("FROM eclipse-temurin:21-jre\nCOPY target/*.jar /app.jar\n"));
		assert.ok(newIgnoreFile(["pom.xml"], []).includes("**/target\n"));
		assert.ok(!newIgnoreFile(["pom.xml"], needed).includes("**/target\n"));
	});
});
