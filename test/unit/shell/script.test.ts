import assert from "node:assert/strict";
import fc from "fast-check";
import { mapContiguous } from "../../../server/core/mappedText.ts";
import type { ShellCommand, ShellScript } from "../../../server/core/shell/model.ts";
import { findOption, hasOption, readArguments } from "../../../server/core/shell/options.ts";
import { parseScript } from "../../../server/core/shell/script.ts";
import { comparable, knownEnd, knownStart, resolveWord } from "../../../server/core/shell/words.ts";

function read(text: string): ShellScript {
	return parseScript(mapContiguous(text, 0));
}

/** Each command as its words, `?` for those that an expansion decides. */
function words(text: string): readonly string[] {
	return read(text).commands.map((command) => [command.name?.value ?? "?", ...command.args.map((word) => word.value ?? "?")].join(" "));
}

function command(text: string, program: string): ShellCommand {
	const found = read(text).commands.find((candidate) => candidate.program === program);
	assert.ok(found !== undefined, `${program} is not found in: ${text}`);
	return found;
}

describe("shell commands", () => {
	it("of lists, pipelines and compound commands come in order", () => {
		assert.deepEqual(
			words(
				"a && b | c; if d; then e; else f; fi; for i in 1 2; do g; done; (h) || { j; }; case x in y) k;; esac; while l; do m; done & n() { o; }",
			),
			["a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "l", "m", "o"],
		);
	});

	it("of substitutions are found, also in quotes, back-ticks and redirections", () => {
		assert.deepEqual(words('a "$(b)" `c` <(d) >"$(e)" ${X:-$(f)} "`g`"'), ["a ? ? ? ? ?", "b", "c", "d", "e", "f", "g"]);
	});

	it("have programs also in folders that a variable holds", () => {
		const programs = read('$A/bin/pip; "${B}/bin/python" -m pip; ~/c.sh; $D; e$F; $G/; `h`/i; sudo $J/k').commands.map(
			({ program }) => program ?? "?",
		);
		assert.deepEqual(programs, ["pip", "python", "c.sh", "?", "?", "?", "i", "h", "sudo", "k"]);
	});

	it("are left behind where nothing waits for them: by &, and by &> where the shell is dash", () => {
		const left = (text: string, splitsBothOutputs: boolean): readonly string[] =>
			parseScript(mapContiguous(text, 0), { splitsBothOutputs })
				.commands.filter(({ within }) => within.includes("background"))
				.map(({ program }) => program ?? "?");
		const text = "a & b | c & (d &); e &> f; g > h 2>&1; bash -c 'i &> j'; sh -c 'k &>> l'; { m; n; } &";
		assert.deepEqual(left(text, false), ["a", "b", "c", "d", "m", "n"]);
		assert.deepEqual(left(text, true), ["a", "b", "c", "d", "e", "k", "m", "n"]);
	});

	it("are those between double brackets, too, in the words that stand there", () => {
		const text = "if [[ -f a && ! ( $A  == b* || $(c) =~ ^d ) ]] 2>e | f; then [[ $G ]] && h; fi; a `[[ \\`i\\` -nt j ]]`";
		assert.deepEqual(words(text), ["[[ -f a && ! ( ? == b* || ? =~ ^d ) ]]", "c", "f", "[[ ? ]]", "h", "a ?", "[[ ? -nt j ]]", "i"]);
		const { span, args, redirects, pipeline } = command(text, "[[");
		assert.equal(text.slice(span.start, span.end), "[[ -f a && ! ( $A  == b* || $(c) =~ ^d ) ]] 2>e");
		assert.equal(args.map((word) => text.slice(word.span.start, word.span.end)).join(" "), "-f a && ! ( $A == b* || $(c) =~ ^d ) ]]");
		assert.deepEqual([redirects.length, pipeline?.commands.length], [1, 2]);
		assert.equal(command(text, "h").connector, "&&");
		assert.deepEqual(words("a; [[ -f b"), ["a"]);
	});

	it("that others run are found: sudo, env, xargs, find, timeout, su", () => {
		assert.deepEqual(words("sudo -u root -E A=1 env -i B=2 nice -n 5 timeout -k 1 10 make -j2").at(-1), "make -j2");
		assert.deepEqual(words("find . -name '*.py' -exec rm -f {} + -o -execdir chmod 777 {} \\;").slice(1), ["rm -f {}", "chmod 777 {}"]);
		assert.deepEqual(words("xargs -0 -n1 -I{} pip install {}").slice(1), ["pip install {}"]);
		assert.deepEqual(words("su - app -c 'npm ci'").slice(1), ["npm ci"]);
		assert.deepEqual(words("runuser -u app -- npm ci").slice(1), ["npm ci"]);
		assert.deepEqual(words("conda run --live-stream -n x pip install y").slice(1), ["pip install y"]);
		assert.deepEqual(words("conda install run pip").slice(1), []);
		assert.deepEqual(words("uv run -p 3.12 pytest -q && uv run -m pytest").slice(1, 2), ["pytest -q"]);
		assert.deepEqual(words("taskset -c 0 chrt -b 0 make").slice(2), ["make"]);
		assert.deepEqual(words("flock /lock -c make"), ["flock /lock -c make"]);
		assert.deepEqual(words("scl enable a b 'make && c'").slice(1), ["make", "c"]);
		assert.deepEqual(words("scl enable a -- make -j2").slice(1), ["make -j2"]);
		assert.deepEqual(words("command -v curl && sudo -v"), ["command -v curl", "sudo -v"]);
	});

	it("in scripts given to shells are found, at their place", () => {
		const text = "bash -lc 'apt-get update && apt-get install x' && sh -ec \"make $T\" && sh script.sh -c y";
		assert.deepEqual(words(text), [
			"bash -lc apt-get update && apt-get install x",
			"apt-get update",
			"apt-get install x",
			"sh -ec ?",
			"make ?",
			"sh script.sh -c y",
		]);
		const { span } = command(text, "make");
		assert.equal(text.slice(span.start, span.end), "make $T");
	});

	it("in decoded texts say that their place is not exact", () => {
		assert.equal(command('bash -c "echo \\"a\\" && curl x"', "curl").decoded, true);
		assert.equal(command("a `b \\`c\\``", "c").decoded, true);
		assert.equal(command("sh -c 'a'", "a").decoded, false);
	});

	it("know what surrounds them", () => {
		assert.deepEqual(command("if ! a; then b; fi", "a").within, ["condition", "negation"]);
		assert.deepEqual(command("x=$(a)", "a").within, ["substitution"]);
		assert.equal(command("a || b", "b").connector, "||");
		assert.equal(command("a | b", "b").pipeline?.commands.length, 2);
		assert.equal(command("sudo a", "a").wrapper?.program, "sudo");
	});

	it("have their assignments: in front, behind env and sudo", () => {
		assert.deepEqual(
			command("A=1 B='x y' c", "c").assignments.map(({ name, value }) => [name, value?.value]),
			[
				["A", "1"],
				["B", "x y"],
			],
		);
		assert.deepEqual(
			command("A=1 env B=2 c", "c").assignments.map(({ name }) => name),
			["A", "B"],
		);
		assert.deepEqual(
			command("export A=1 B", "export").assignments.map(({ name }) => name),
			["A"],
		);
	});

	it("come with the names of the functions among them", () => {
		const { functions } = read('f() { a; }; function g { b; }; if c; then my-f() ( d ); fi; echo "h() {" && i');
		assert.deepEqual([...functions], ["f", "g", "my-f"]);
	});

	it("are found in broken scripts, too", () => {
		for (const script of ["a && (b", "a $(b", "a ${ b\n"]) assert.ok(read(script).errors.length > 0, script);
		assert.deepEqual(read("a ${ b; } ${c}").errors, []);
		assert.deepEqual(words("a && b | "), ["a", "b"]);
	});

	it("never throw and end soon, whatever stands there", () => {
		const piece = fc.constantFrom(
			"a",
			" ",
			"$(",
			")",
			"`",
			'"',
			"'",
			"\\",
			"|",
			"&&",
			";",
			"{",
			"}",
			"if ",
			"then ",
			"fi",
			"<<E\n",
			"E\n",
			"\n",
			"sudo ",
			"sh -c ",
			"${x:-",
			"for i in ",
			"do ",
			"done ",
			"((",
			"[[ ",
			"é",
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
				const text = parts.join("");
				for (const { span } of read(text).commands) assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length);
			}),
			{ numRuns: 2000, examples: [[["${x:-", "`", "\\"]]] },
		);
		for (const hostile of [
			"$(".repeat(2000),
			"(".repeat(5000),
			"sudo ".repeat(20_000),
			"sh -c '".repeat(2000),
			`eval "`.repeat(2000),
			"a|".repeat(50_000),
			"${x:-".repeat(3000),
		]) {
			const started = performance.now();
			read(hostile);
			assert.ok(performance.now() - started < 1000, `${hostile.slice(0, 10)}… takes ${performance.now() - started} ms`);
		}
	});
});

describe("shell words", () => {
	const only = (text: string) => command(`x ${text}`, "x").args[0] ?? assert.fail();

	it("have a value when nothing is expanded", () => {
		assert.equal(only('"a b"').value, "a b");
		assert.equal(only("a\\ b'c d'\"e\"").value, "a bc de");
		assert.equal(only("/var/lib/apt/lists/*").value, "/var/lib/apt/lists/*");
		assert.equal(only('""').value, "");
		assert.equal(only("a$B").value, undefined);
	});

	it("tell what is certain of them", () => {
		assert.equal(knownStart(only("https://host/$FILE.tgz")), "https://host/");
		assert.equal(knownEnd(only("https://host/$FILE.tgz")), ".tgz");
		assert.equal(comparable(only("a-${V}.tgz")), comparable(only("a-$V.tgz")));
		assert.equal(
			resolveWord(only("a-$V"), (name) => (name === "V" ? "1" : undefined)),
			"a-1",
		);
		assert.equal(
			resolveWord(only("a-$W"), () => undefined),
			undefined,
		);
	});

	it("resolve modifiers as a shell does, where nobody can read them in another way", () => {
		const resolved = (text: string): string | undefined => resolveWord(only(text), () => "v1.2.3");
		assert.equal(resolved("a-${V#v}"), "a-1.2.3");
		assert.equal(resolved("a-${V%.*}/${V%%.*}"), "a-v1.2/v1");
		assert.equal(resolved("a-${V//./_}/${V/./}"), "a-v1_2_3/v12.3");
		assert.equal(resolved("a-${V:-1}/${V:+x}/${V:?}"), "a-v1.2.3/x/v1.2.3");
		for (const text of ["${#V}", "${!V}", "${V:0:3}", "${V^^}", "${V#[v]}", "${V%$W}", "${V//[.]/_}"])
			assert.equal(resolved(text), undefined);
	});

	it("differ in their modifiers", () => {
		assert.notEqual(comparable(only("a-${V%-*}.tgz")), comparable(only("a-${V%.*}.tgz")));
		assert.equal(comparable(only('a-"${V#v}".tgz')), "a-${V#v}.tgz");
	});
});

describe("options", () => {
	const args = (text: string, ...valueOptions: string[]) => readArguments(command(`x ${text}`, "x").args, valueOptions);

	it("are found in bundles, with values in any form", () => {
		const found = args("-yq -o A=1 -oB=2 --opt=C --name D --flag rest -- -z", "-o", "--name");
		assert.deepEqual(
			found.options.map(({ name, value }) => [name, value]),
			[
				["-y", undefined],
				["-q", undefined],
				["-o", "A=1"],
				["-o", "B=2"],
				["--opt", "C"],
				["--name", "D"],
				["--flag", undefined],
			],
		);
		assert.deepEqual(
			found.operands.map((word) => word.value),
			["rest", "-z"],
		);
		assert.equal(hasOption(found, "-n", "-q"), true);
		assert.equal(findOption(found, "--name")?.valueWord?.value, "D");
	});

	it("are uncertain where a variable could hold some", () => {
		assert.equal(args("install $FLAGS").uncertain, true);
		assert.equal(args('install "$NAME"').uncertain, false);
		assert.equal(args('install "$@"').uncertain, true);
	});
});
