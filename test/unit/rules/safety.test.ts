import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { findRule } from "../../../server/core/rules/registry.ts";

/** How safe the repairs are that a rule offers for what it finds in a text. */
function safeties(id: string, text: string): readonly string[] {
	const rule = findRule(id);
	assert.ok(rule !== undefined);
	const { findings } = lint(text, { rules: new Map([[id, rule.severity]]) });
	return findings.flatMap(({ fixes }) => fixes().map(({ safety }) => safety));
}

describe("repairs that are safe, and those that somebody has to look at", () => {
	it("apt-lists-not-removed: what a container starts may need the lists", () => {
		const id = "apt-lists-not-removed";
		const update = "RUN apt-get update && apt-get install -y a\n";
		assert.deepEqual(safeties(id, `FROM debian:12\n${update}`), ["safe"]);
		assert.deepEqual(safeties(id, `FROM example.com/base\n${update}CMD ["nginx"]\n`), ["safe"]);
		assert.deepEqual(safeties(id, `FROM example.com/base\n${update}`), ["review"]);
		assert.deepEqual(safeties(id, `FROM debian:12\n${update}COPY start.sh /\nCMD ["/start.sh"]\n`), ["safe"]);
		assert.deepEqual(safeties(id, `FROM example.com/base AS a\n${update}FROM a\nCOPY start.sh /\n`), ["review"]);
		const again = `${update.trim()} && rm -rf /var/lib/apt/lists/*\n`;
		assert.deepEqual(safeties(id, `FROM example.com/base\n${update}${again}`), ["safe"]);
	});

	it("apk-cache-kept: who lives on the index", () => {
		const withNext = (next: string): readonly string[] =>
			safeties("apk-cache-kept", `FROM alpine:3.20\nRUN apk --update add wget\n${next}`);
		assert.deepEqual(withNext("RUN apk add make\n"), ["review", "safe"]);
		assert.deepEqual(withNext("RUN apk -U upgrade && apk add make\n"), ["safe", "safe"]);
		assert.deepEqual(withNext("RUN apk -U --no-cache upgrade && apk add make\n"), ["review", "safe"]);
		assert.deepEqual(withNext("RUN a && apk -U upgrade && apk add make\n"), ["review", "safe"]);
		assert.deepEqual(withNext("RUN (apk -U upgrade); apk add make\n"), ["review", "safe"]);
		assert.deepEqual(withNext("RUN apk update && apk add make\n"), ["safe", "safe"]);
		assert.deepEqual(withNext("RUN a && apk -U add make\n"), ["safe", "safe"]);
		assert.deepEqual(withNext("RUN apk add --no-cache make && apk del wget\n"), ["safe"]);
		const next = "RUN apk add make\n";
		assert.deepEqual(safeties("apk-cache-kept", `FROM alpine:3.20\nRUN apk update && apk add wget\n${next}`), ["review", "safe"]);
		assert.deepEqual(safeties("apk-cache-kept", `FROM alpine:3.20\nRUN apk add wget\n${next}`), ["safe", "safe"]);
	});

	it("apt-instead-of-apt-get: who deletes the packages", () => {
		const id = "apt-instead-of-apt-get";
		const keeping = "FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\n";
		assert.deepEqual(safeties(id, "FROM debian:12\nRUN apt install -y a\n"), ["safe"]);
		assert.deepEqual(safeties(id, `${keeping}RUN apt install -y a\n`), ["review"]);
		assert.deepEqual(safeties(id, `${keeping}RUN apt update\n`), ["safe"]);
		assert.deepEqual(safeties(id, `${keeping}RUN --mount=type=cache,target=/var/cache/apt apt install -y a\n`), ["safe"]);
	});

	it("user-not-numeric: a number that is the same in every build, and the only one of its user", () => {
		const of = (run: string): readonly string[] => safeties("user-not-numeric", `FROM debian:12\nARG U=1500\nRUN ${run}\nUSER app\n`);
		assert.deepEqual(of("groupadd -g 1500 app && useradd -u 1500 -g app app"), ["safe"]);
		assert.deepEqual(of("groupadd -g 1500 app && useradd -u 1500 -g app -o app"), ["review"]);
		assert.deepEqual(of("groupadd -g 1500 app; [ -d /a ] && useradd -u 1500 -g app app"), ["review"]);
		assert.deepEqual(of("sh -c 'useradd -u 1500 app'"), ["safe"]);
		assert.deepEqual(safeties("user-not-numeric", "FROM node:22\nUSER node\n"), ["safe"]);
		assert.deepEqual(safeties("user-not-numeric", "ARG V=22\nFROM node:$V\nUSER node\n"), ["review"]);
		assert.deepEqual(of("useradd -u $U app"), ["safe"]);
	});

	it("user-not-numeric: lists of users that the file may bring, a user whom the build may choose", () => {
		const of = (steps: string): readonly string[] => safeties("user-not-numeric", `FROM node:22\n${steps}`);
		assert.deepEqual(of("COPY rootfs/ /\nUSER node\n"), ["review"]);
		assert.deepEqual(of("COPY etc /etc/\nUSER node\n"), ["review"]);
		assert.deepEqual(of("RUN echo 'a:x:1500:' >> /etc/group\nUSER node\n"), ["review"]);
		assert.deepEqual(of("RUN echo 'a:x:1500:node' >> /etc/group\nUSER node\n"), []);
		assert.deepEqual(of("COPY --from=build /out/passwd /etc/\nUSER node\n"), []);
		assert.deepEqual(of("COPY start.sh /\nCOPY a /app/\nRUN grep node /etc/passwd && chmod g=u /etc/passwd\nUSER node\n"), ["safe"]);
		assert.deepEqual(of("ARG U=node\nUSER $U\n"), ["review"]);
		assert.deepEqual(of("ARG U=app\nRUN useradd -u 1500 $U\nUSER $U\n"), ["safe"]);
	});

	it("what is taken out may be what a build fails for", () => {
		const of = (step: string): readonly string[] => safeties("healthcheck-duplicate", `FROM debian:12\n${step}\nHEALTHCHECK CMD b\n`);
		assert.deepEqual(of("HEALTHCHECK --interval=30s --retries=3 CMD a"), ["safe"]);
		assert.deepEqual(of("HEALTHCHECK NONE"), ["safe"]);
		for (const step of ["--interval=soon CMD a", "--interval=1s --interval=2s CMD a", "a", "CMD", "NONE a", "CMD []"])
			assert.deepEqual(of(`HEALTHCHECK ${step}`), ["review"], step);
		assert.deepEqual(safeties("cmd-duplicate", "FROM debian:12\nCMD a\nCMD b\n"), ["safe"]);
		assert.deepEqual(safeties("cmd-duplicate", "FROM debian:12\nCMD --a b\nCMD b\n"), ["review"]);
		assert.deepEqual(safeties("semicolon-before-operator", "FROM debian:12\nRUN a; && b\n"), ["review"]);
	});

	it("invisible-character: in comments", () => {
		assert.deepEqual(safeties("invisible-character", "FROM debian:12\n# \u202e\n"), ["safe"]);
		assert.deepEqual(safeties("invisible-character", "FROM debian:12\nRUN a\u200b\n"), ["review"]);
	});
});
