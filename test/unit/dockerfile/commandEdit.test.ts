import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { commandsOf, type StepScript, scriptsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import {
	commandLine,
	insertCommandBefore,
	insertCommandBehind,
	isOnlyCommand,
	removeCommands,
} from "../../../server/core/dockerfile/edits/commandEdit.ts";
import { appendCommand } from "../../../server/core/dockerfile/edits/edit.ts";
import type { Step } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import type { ShellCommand } from "../../../server/core/shell/model.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { readMarks } from "../../support/marks.ts";
import { randomFrom } from "../../support/random.ts";

interface Place {
	readonly text: string;
	readonly step: Step;
	readonly commands: readonly ShellCommand[];
}

/** The RUN of a marked text, and the commands that begin where the marks do. */
function placeOf(marked: string): Place {
	const { text, spans } = readMarks(`FROM debian:12\n${marked}`);
	const step = parseDockerfile(text).stages[0]?.steps.find((candidate) => candidate.keyword === "RUN");
	assert.ok(step !== undefined);
	const commands = spans.map((span) => commandsOf(step).find((command) => command.span.start === span.start));
	assert.ok(
		commands.every((command) => command !== undefined),
		"no command at a mark",
	);
	return { text, step, commands: commands as readonly ShellCommand[] };
}

function without(marked: string): string | undefined {
	const { text, step, commands } = placeOf(marked);
	const edits = removeCommands(step, commands);
	return edits === undefined ? undefined : applyEdits(text, edits).slice("FROM debian:12\n".length);
}

describe("commands of a RUN", () => {
	const removals: readonly (readonly [before: string, after: string | undefined])[] = [
		["RUN «x» && a\n", "RUN a\n"],
		["RUN a && «x»\n", "RUN a\n"],
		["RUN a && «x» && b && «y -z»\n", "RUN a && b\n"],
		["RUN a && «x» && «y» && b\n", "RUN a && b\n"],
		["RUN a \\\n    && «x» \\\n    && b\n", "RUN a \\\n    && b\n"],
		["RUN a && \\\r\n    «x» && \\\r\n    b\r\n", "RUN a && \\\r\n    b\r\n"],
		["RUN «x» \\\n  # why\n  && b\n", "RUN \\\n  # why\n  b\n"],
		["RUN a && \\\n  # x\n  «x» && \\\n  # b\n  b\n", "RUN a && \\\n  # x\n  # b\n  b\n"],
		["RUN a \\\n  # why\n  && «x»\n", "RUN a\n  # why\n"],
		["RUN set -e; «x»; b\n", "RUN set -e; b\n"],
		["RUN set -e; a; «x»\n", "RUN set -e; a\n"],
		["RUN a; «x» && b\n", "RUN a; b\n"],
		["RUN a && «sudo -E x» > /dev/null\n", "RUN a\n"],
		["RUN <<EOF\na\n«x»\nb\nEOF\n", "RUN <<EOF\na\nb\nEOF\n"],
		["RUN <<EOF\nset -e\na\n«x»\nEOF\n", "RUN <<EOF\nset -e\na\nEOF\n"],
		["RUN «x»\n", undefined],
		["RUN a; «x»\n", undefined],
		["RUN «x» || b\n", undefined],
		["RUN a || «x»\n", undefined],
		["RUN a | «x»\n", undefined],
		["RUN «x» & b\n", undefined],
		["RUN if a; then «x»; fi\n", undefined],
		["RUN (a && «x») && b\n", undefined],
		["RUN ! «x» && b\n", undefined],
		["RUN set -e; a && «x»; b\n", undefined],
	];
	for (const [before, after] of removals) {
		it(`go with their connector: ${JSON.stringify(before)}`, () => {
			assert.equal(without(before), after);
		});
	}

	it("come in behind others, in the layout of the script", () => {
		const behind = (marked: string): string | undefined => {
			const { text, step, commands } = placeOf(marked);
			const edit = insertCommandBehind(step, commands[0] as ShellCommand, "new -y");
			return edit === undefined ? undefined : applyEdits(text, [edit]).slice("FROM debian:12\n".length);
		};
		assert.equal(behind("RUN «a» && b\n"), "RUN a && new -y && b\n");
		assert.equal(behind("RUN «a» && b \\\n  c\n"), "RUN a && new -y && b \\\n  c\n");
		assert.equal(behind("RUN «a» \\\n  # why\n  && b\n"), "RUN a \\\n  && new -y \\\n  # why\n  && b\n");
		assert.equal(behind("RUN «a» && \\\n\tb\n"), "RUN a && \\\n\tnew -y && \\\n\tb\n");
		assert.equal(behind("RUN a; «b»; c\n"), "RUN a; b && new -y; c\n");
		assert.equal(behind("RUN set -ex; «b»; c\n"), "RUN set -ex; b; new -y; c\n");
		assert.equal(behind("RUN set -ex; \\\n  «b»; \\\n  c\n"), "RUN set -ex; \\\n  b; \\\n  new -y; \\\n  c\n");
		assert.equal(behind("RUN set -e; a && «b»; c\n"), undefined);
		assert.equal(behind("RUN <<EOF\nset -e\n  «a»\nb\nEOF\n"), "RUN <<EOF\nset -e\n  a\n  new -y\nb\nEOF\n");
		assert.equal(behind("RUN «a» || b\n"), undefined);
		assert.equal(behind("RUN «a» | b\n"), undefined);
	});

	it("come in before others only where nothing else changes", () => {
		const inFront = (marked: string): string | undefined => {
			const { text, step, commands } = placeOf(marked);
			const edit = insertCommandBefore(step, commands[0] as ShellCommand, "new");
			return edit === undefined ? undefined : applyEdits(text, [edit]).slice("FROM debian:12\n".length);
		};
		assert.equal(inFront("RUN a; A=1 «b»\n".replace("A=1 «b»", "«A=1 b»")), "RUN a; new && A=1 b\n");
		assert.equal(inFront("RUN if a; then «b»; fi\n"), "RUN if a; then new && b; fi\n");
		assert.equal(inFront("RUN a || «b»\n"), undefined);
		assert.equal(inFront("RUN ! «b»\n"), undefined);
	});

	it("are read back on one line, with what stands before them", () => {
		const { step, commands } = placeOf("RUN a && \\\n  «sudo -E x \\\n    -y»  >/dev/null\n");
		const inner = commandsOf(step).find((command) => command.program === "x");
		assert.equal(commandLine(step, inner as ShellCommand), "sudo -E x -y >/dev/null");
		assert.equal(isOnlyCommand(step, commands[0] as ShellCommand), false);
		const alone = placeOf("RUN «sudo x»\n");
		assert.equal(isOnlyCommand(alone.step, alone.commands[0] as ShellCommand), true);
	});

	it("that change nothing can go without a trace", function () {
		if (process.platform === "win32") this.skip();
		this.timeout(60_000);
		const random = randomFrom(7);
		const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
		let removed = 0;
		for (let round = 0; round < 250; round++) {
			const length = 2 + Math.floor(random() * 4);
			let script = random() < 0.3 ? "set -e; " : "";
			for (let index = 0; index < length; index++) {
				if (index > 0) script += pick([" && ", "; ", " && \\\n  ", " \\\n  && ", "; \\\n  ", " || "]);
				script += pick([`echo ${index}`, "false", "true", "true", "sh -c 'exit 3'"]);
			}
			const text = `FROM debian:12\nRUN ${script}\n`;
			const step = parseDockerfile(text).stages[0]?.steps[0] as Step;
			for (const command of commandsOf(step).filter((candidate) => candidate.program === "true")) {
				const edits = removeCommands(step, [command]);
				if (edits === undefined) continue;
				removed++;
				const after = parseDockerfile(applyEdits(text, edits)).stages[0]?.steps[0] as Step;
				const run = (of: Step): string => {
					const { stdout, status } = spawnSync("sh", ["-c", scriptsOf(of)[0]?.source.text ?? ""], { encoding: "utf8" });
					return `${status}: ${stdout}`;
				};
				assert.equal(run(after), run(step), `${script}\nbecame\n${scriptsOf(after)[0]?.source.text}`);
			}
		}
		assert.ok(removed > 100, `only ${removed} were removed`);
	});

	const COMPOUND = [
		"{ false; echo in; }",
		"(echo in; false; echo on)",
		"if true; then false; echo in; fi",
		"for i in a b; do echo $i; false; echo in; done",
		"{ false && echo in; }",
		'if [ -n "$(false; echo in)" ]; then false || echo in; fi',
		"f() { false; echo in; }; f",
		"{ false; echo in; } | cat",
		"set +e",
		"eval 'false; echo in'",
		"X=$(false; echo in)",
	];

	it("that are appended leave the result of the script as it is", function () {
		if (process.platform === "win32") this.skip();
		this.timeout(60_000);
		const random = randomFrom(11);
		const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
		let appended = 0;
		for (let round = 0; round < 400; round++) {
			const heredoc = random() < 0.4;
			let script = random() < 0.5 ? (heredoc ? "set -eu\n" : pick(["set -eu; \\\n  ", "set -eu; "])) : "";
			const length = 1 + Math.floor(random() * 4);
			for (let index = 0; index < length; index++) {
				if (index > 0) script += pick(heredoc ? ["\n", " && ", "; ", " || "] : [" && ", "; ", "; \\\n  ", " \\\n  && ", " || "]);
				script += pick([`echo ${index}`, "true", "false", "sh -c 'exit 3'", "echo a | grep -q b", ...COMPOUND]);
			}
			if (!heredoc && random() < 0.3) script += ";";
			const text = `FROM debian:12\n${heredoc ? `RUN <<EOF\n${script}\nEOF` : `RUN ${script}`}\n`;
			const step = parseDockerfile(text).stages[0]?.steps[0] as Step;
			const edit = appendCommand(scriptsOf(step)[0] as StepScript, "true");
			if (edit === undefined) continue;
			appended++;
			const after = parseDockerfile(applyEdits(text, [edit])).stages[0]?.steps[0] as Step;
			const run = (of: Step): string => {
				const { stdout, status } = spawnSync("sh", ["-c", scriptsOf(of)[0]?.source.text ?? ""], { encoding: "utf8" });
				return `${status}: ${stdout}`;
			};
			assert.equal(run(after), run(step), `${script}\nbecame\n${scriptsOf(after)[0]?.source.text}`);
		}
		assert.ok(appended > 150, `only ${appended} were appended to`);
	});
});
