import assert from "node:assert/strict";
import { commandsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import { expandBraces, globMatches, removes } from "../../../server/core/dockerfile/files/removals.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { anyOf } from "../../../server/core/dockerfile/syntax/answer.ts";

const LISTS = "/var/lib/apt/lists";

function answer(script: string, path = LISTS, head = ""): string {
	const step = parseDockerfile(`FROM debian:12\n${head}RUN ${script}\n`).stages[0]?.steps.findLast(
		(candidate) => candidate.keyword === "RUN",
	);
	assert.ok(step !== undefined);
	return anyOf(commandsOf(step).map((command) => removes(step, command, path)));
}

describe("what a RUN removes", () => {
	it("knows the folder, its parents and all that lies in it, in every spelling", () => {
		for (const script of [
			"rm -rf /var/lib/apt/lists/*",
			"rm -r /var/lib/apt/lists",
			"rm -rf /var/lib/apt/lists/",
			"rm -fr '/var/lib/apt'",
			'rm -rf "/var/lib/apt/lists/"*',
			"rm -rf /tmp/* /var/lib/apt/lists/* /x",
			"rm -rf /var/lib/{apt,dpkg}/",
			"rm -rf /var/{cache,lib/{apt/lists,x}}/*",
			"rm -rf /var/lib/apt/lists/*_*",
			"rm -rf /var/*/apt",
			"rm -rf /var/lib/./apt//lists",
			"cd /var/lib/apt && rm -rf lists",
			"cd /var/lib/apt/lists && rm -rf *",
			"D=/var/lib/apt && rm -rf $D/lists",
			"sudo rm -rf /var/lib/apt/lists/*",
			"bash -c 'rm -rf /var/lib/apt/lists/*'",
			"find /var/lib/apt/lists -type f -delete",
			"find /var/lib/apt -mindepth 1 -exec rm -rf {} +",
		])
			assert.equal(answer(script), "yes", script);
	});

	it("knows what is something else", () => {
		for (const script of [
			"rm -rf /var/lib/apt/lists/partial",
			"rm -rf /var/lib/apt/lists/partial/*",
			"rm -rf /var/lib/dpkg /var/cache/apt/*",
			"rm -rf /var/lib/apt/lists-old",
			"rm -rf *.tar.gz src-$VERSION",
			'export GNUPGHOME="$(mktemp -d)"; rm -rf "$GNUPGHOME"',
			"echo rm -rf /var/lib/apt/lists/*",
			'rm -rf "/var/lib/apt/lists/*"',
			"D=/var/lib/apt; rm -rf \"$D/lists/*\" '/var/*/apt' /var/lib/apt/lists/\\*",
			"find '/var/lib/apt/lists/*' -delete",
			"ls /var/lib/apt/lists",
			"find /var/lib/apt/lists -type f",
			"find /tmp -delete",
		])
			assert.equal(answer(script), "no", script);
	});

	it("does not guess", () => {
		for (const script of [
			"rm -rf $WHAT",
			'rm -rf "${WHAT%/*}"',
			"rm -rf \"$(dirname '/a/*')\"",
			'rm -rf "$DIR/lists"',
			"cd $DIR && rm -rf *",
			"find /var/lib/apt/lists -name '*.lz4' -delete",
			"rm -rf /var/$X",
		])
			assert.equal(answer(script), "unknown", script);
	});

	it("follows the home of the user", () => {
		const cache = "/root/.cache/pip";
		for (const script of [
			"rm -rf ~/.cache",
			"rm -rf $HOME/.cache/pip",
			'rm -rf "${HOME}/.cache/"*',
			"rm -rf ~root/.cache",
			"rm -rf /root/.cache/*",
		])
			assert.equal(answer(script, cache), "yes", script);
		assert.equal(answer("rm -rf ~/.cache", "/home/app/.cache/pip", "RUN useradd app\nUSER app\n"), "yes");
		assert.equal(answer("rm -rf ~/.cache", "/srv/app/.cache/pip", "RUN useradd --home-dir /srv/app app\nUSER app\n"), "yes");
		assert.equal(answer("rm -rf ~/.cache", "/data/.cache/pip", "ENV HOME=/data\n"), "yes");
		assert.equal(answer("rm -rf ~/.cache", cache, "ARG WHO\nUSER $WHO\n"), "unknown");
	});

	it("matches names as a shell does", () => {
		assert.ok(
			globMatches("*", "a") &&
				globMatches("a*c", "abc") &&
				globMatches("a?c", "abc") &&
				globMatches("[ab]*", "bx") &&
				globMatches(".*", ".a"),
		);
		assert.ok(!globMatches("*", ".a") && !globMatches("a*c", "ab") && !globMatches("a", "ab") && !globMatches("*ab", "b"));
	});

	it("takes braces apart, and gives up on too many", () => {
		assert.deepEqual([...expandBraces("a/{b,c/{d,e}}/f")].sort(), ["a/b/f", "a/c/d/f", "a/c/e/f"]);
		assert.deepEqual(expandBraces("a{b}c"), ["a{b}c"]);
		const started = performance.now();
		expandBraces("{a,b}".repeat(5000));
		expandBraces("{".repeat(50_000));
		assert.ok(performance.now() - started < 2000);
	});
});
