import assert from "node:assert/strict";
import { isBakeName, isComposeName } from "../../../server/core/fileNames.ts";
import { bakeDockerfiles } from "../../../server/core/inline/bake.ts";
import { composeDockerfiles } from "../../../server/core/inline/compose.ts";
import { type InlineDockerfile, lintInline } from "../../../server/core/inline/inlineDockerfile.ts";
import { applyEdits, lineStartsOf } from "../../../server/core/text.ts";

const rules = new Map([
	["apt-install-without-yes", "error"],
	["maintainer-deprecated", "warning"],
	["oci-labels-missing", "info"],
] as const);

function marked(host: string, [inline]: readonly InlineDockerfile[], rule: string): readonly string[] {
	assert.ok(inline !== undefined);
	return lintInline(inline, lineStartsOf(host), { rules })
		.findings.filter((finding) => finding.rule === rule)
		.map(({ span, range }) => `${range.start.line}:${range.start.character} ${host.slice(span.start, span.end)}`);
}

function fixed(host: string, [inline]: readonly InlineDockerfile[], rule: string): string {
	assert.ok(inline !== undefined);
	const finding = lintInline(inline, lineStartsOf(host), { rules }).findings.find((candidate) => candidate.rule === rule);
	const fix = finding?.fixes()[0];
	assert.ok(fix !== undefined && fix.safety !== "lookup");
	return applyEdits(host, fix.edits);
}

/** The stages that no build of the first Dockerfile needs. */
function unused(host: string, [inline]: readonly InlineDockerfile[]): readonly string[] {
	assert.ok(inline !== undefined);
	const on = new Map([["unused-build-stage", "warning"]] as const);
	return lintInline(inline, lineStartsOf(host), { rules: on }).findings.map(({ span }) => host.slice(span.start, span.end));
}

const COMPOSE = `services:
  api:
    build:
      context: .
      dockerfile_inline: |
        FROM debian:12

        MAINTAINER me
        RUN apt-get update \\
          && apt-get install curl && echo $$HOME
  db:
    image: postgres
`;

describe("Dockerfiles inside Compose files", () => {
	it("stand where they stand", () => {
		const inline = composeDockerfiles(COMPOSE);
		assert.equal(
			inline[0]?.mapped.text,
			"FROM debian:12\n\nMAINTAINER me\nRUN apt-get update \\\n  && apt-get install curl && echo $HOME\n",
		);
		assert.deepEqual(marked(COMPOSE, inline, "apt-install-without-yes"), ["9:21 install"]);
	});

	it("are repaired in place, whatever their indentation", () => {
		const inline = composeDockerfiles(COMPOSE);
		assert.equal(fixed(COMPOSE, inline, "apt-install-without-yes"), COMPOSE.replace("install curl", "install -y curl"));
		assert.equal(
			fixed(COMPOSE, inline, "maintainer-deprecated"),
			COMPOSE.replace("MAINTAINER me", 'LABEL org.opencontainers.image.authors="me"'),
		);
	});

	it("new lines are indented", () => {
		const result = fixed(COMPOSE, composeDockerfiles(COMPOSE), "oci-labels-missing");
		assert.match(result, /\n {8}LABEL /);
		assert.equal(composeDockerfiles(result).length, 1);
		assert.match(composeDockerfiles(result)[0]?.mapped.text ?? "", /^LABEL /m);
	});

	it("without a final newline", () => {
		const text = "services:\n  a:\n    build:\n      dockerfile_inline: |-\n        FROM debian:12\n        RUN apt-get install curl";
		assert.deepEqual(marked(text, composeDockerfiles(text), "apt-install-without-yes"), ["5:20 install"]);
	});

	it("are left out where nobody knows their text: variables of Compose, folded texts and those on several lines, broken files", () => {
		for (const value of [
			"|\n        FROM $IMAGE\n",
			"|\n        FROM ${IMAGE}\n",
			">\n        FROM debian\n",
			'"FROM $IMAGE"\n',
			'"FROM a\n          RUN b"\n',
		])
			assert.deepEqual(composeDockerfiles(`services:\n  a:\n    build:\n      dockerfile_inline: ${value}`), []);
		assert.deepEqual(composeDockerfiles("services: [\n"), []);
	});

	it("are looked at in double quotes, too", () => {
		const text = String.raw`services:
  api:
    build:
      dockerfile_inline: "FROM debian:12\nMAINTAINER \"me\"\nRUN apt-get install curl && echo $$HOME \u00e4"
`;
		const inline = composeDockerfiles(text);
		assert.equal(inline[0]?.mapped.text, 'FROM debian:12\nMAINTAINER "me"\nRUN apt-get install curl && echo $HOME ä');
		assert.deepEqual(marked(text, inline, "apt-install-without-yes"), ["3:73 install"]);
		assert.deepEqual(marked(text, inline, "maintainer-deprecated"), ["3:42 MAINTAINER"]);
		assert.equal(fixed(text, inline, "maintainer-deprecated"), text.replace("MAINTAINER ", "LABEL org.opencontainers.image.authors="));
		assert.equal(fixed(text, inline, "apt-install-without-yes"), text.replace("install curl", "install -y curl"));
	});

	it("of a build with a target only that is built", () => {
		const text = (target: string) =>
			`services:\n  a:\n    build:\n      target: ${target}\n      dockerfile_inline: |\n        FROM debian:12 AS x\n        MAINTAINER x\n        FROM debian:12 AS y\n        MAINTAINER y\n`;
		assert.deepEqual(unused(text("x"), composeDockerfiles(text("x"))), ["y"]);
		for (const target of ["gone", "$$TARGET", '""']) assert.deepEqual(unused(text(target), composeDockerfiles(text(target))), ["x"]);
	});

	it("are looked for in Compose files", () => {
		for (const name of ["compose.yaml", "docker-compose.yml", "compose.override.yaml", "docker-compose.dev.yml"])
			assert.ok(isComposeName(name), name);
		for (const name of ["values.yaml", "my-compose.yaml", "compose.json"]) assert.ok(!isComposeName(name), name);
	});
});

describe("Dockerfiles inside Bake files", () => {
	const bake =
		'target "a" {\n  dockerfile-inline = <<-EOT\n    FROM debian:12\n    RUN apt-get install curl && echo $HOME $${x}\n  EOT\n}\n';

	it("stand where they stand, and are repaired there", () => {
		const inline = bakeDockerfiles(bake);
		assert.equal(inline[0]?.mapped.text, "FROM debian:12\nRUN apt-get install curl && echo $HOME ${x}\n");
		assert.deepEqual(marked(bake, inline, "apt-install-without-yes"), ["3:16 install"]);
		assert.equal(fixed(bake, inline, "apt-install-without-yes"), bake.replace("install curl", "install -y curl"));
	});

	it("keep their indentation in a plain heredoc", () => {
		const text = 'target "a" {\n  dockerfile-inline = <<EOT\nFROM debian:12\n  RUN apt-get install curl\nEOT\n}\n';
		assert.equal(bakeDockerfiles(text)[0]?.mapped.text, "FROM debian:12\n  RUN apt-get install curl\n");
	});

	it("are looked at in double quotes, and in JSON", () => {
		const quoted = String.raw`"FROM debian:12 AS x\nRUN apt-get install \"curl\" && echo $$${"{x}"}\nFROM scratch"`;
		for (const text of [
			`target "a" {\n  dockerfile-inline = ${quoted} # one line\n  target = "x"\n}\n`,
			`{ "target": { "a": { "dockerfile-inline": ${quoted}, "target": "x" } } }\n`,
		]) {
			const inline = bakeDockerfiles(text);
			assert.equal(inline[0]?.mapped.text, 'FROM debian:12 AS x\nRUN apt-get install "curl" && echo ${x}\nFROM scratch');
			assert.deepEqual(inline[0]?.targets, ["x"]);
			assert.equal(fixed(text, inline, "apt-install-without-yes"), text.replace("install ", "install -y "));
			const [label] = lintInline(inline[0] as InlineDockerfile, lineStartsOf(text), {
				rules: new Map([["oci-labels-missing", "info"]]),
			}).findings;
			assert.equal(text.slice(label?.span.start, label?.span.end), "FROM");
		}
	});

	it("are found wherever the attribute stands, each with its own target", () => {
		const text =
			'target "b" { dockerfile-inline = "FROM a AS x\\nFROM b" }\ntarget "a" {\n  target = "x"\n  dockerfile-inline = "FROM a AS x\\nFROM b"\n}\n';
		assert.deepEqual(
			bakeDockerfiles(text).map(({ targets }) => targets),
			[undefined, ["x"]],
		);
		assert.deepEqual(bakeDockerfiles('# dockerfile-inline = "FROM a"\ntarget "a" {\n  args = { dockerfile-inline = "FROM a" }\n}\n'), []);
	});

	it("come in order, whoever inherits them", () => {
		const text =
			'target "a" {\n  inherits = ["c"]\n}\ntarget "b" {\n  dockerfile-inline = "FROM b"\n}\ntarget "c" {\n  dockerfile-inline = "FROM c"\n}\n';
		assert.deepEqual(
			bakeDockerfiles(text).map(({ mapped }) => mapped.text),
			["FROM b", "FROM c"],
		);
	});

	it("end behind the whole of an escaped character", () => {
		const text = String.raw`{ "target": { "a": { "dockerfile-inline": "FROM debian:12\nENV DB_PASSWORD=\"hunter2x\" B=1\n" } } }`;
		const [secret] = lintInline(bakeDockerfiles(text)[0] as InlineDockerfile, lineStartsOf(text), {
			rules: new Map([["secret-in-arg-or-env", "error"]]),
		}).findings;
		assert.equal(text.slice(secret?.span.start, secret?.span.end), String.raw`DB_PASSWORD=\"hunter2x\"`);
	});

	it("are left out in quotes that say more than the text", () => {
		for (const value of ['"FROM ${base}"', '"FROM a\\x41"', '"FROM a" == b ? "c" : "d"', '"FROM a', "join(x)"])
			assert.deepEqual(bakeDockerfiles(`target "a" {\n  dockerfile-inline = ${value}\n}\n`), [], value);
		for (const text of ["{", '{"target": []}', '{"target": {"a": {"dockerfile-inline": 1}, "b": 2}}'])
			assert.deepEqual(bakeDockerfiles(`${text} dockerfile-inline`), []);
		assert.deepEqual(bakeDockerfiles('{"target": {"a": {"dockerfile-inline": 1}, "b": 2}}'), []);
	});

	it("of builds with a target, inherited perhaps, only that is built", () => {
		const unusedWith = (more: string): readonly string[] => {
			const text = `target "a" {\n  target = "x"\n  dockerfile-inline = <<EOT\nFROM debian:12 AS x\nRUN x\nFROM debian:12 AS y\nRUN y\nEOT\n}\n${more}`;
			return unused(text, bakeDockerfiles(text));
		};
		assert.deepEqual(unusedWith(""), ["y"]);
		assert.deepEqual(unusedWith('target "b" {\n  inherits = ["a"]\n  target = "y"\n}\n'), []);
		assert.deepEqual(unusedWith('target "b" {\n  inherits = ["a"]\n  target = TARGET\n}\n'), ["x"]);
	});

	it("are left out with a template, and without an end", () => {
		assert.deepEqual(bakeDockerfiles("dockerfile-inline = <<EOT\nFROM ${base}\nEOT\n"), []);
		assert.deepEqual(bakeDockerfiles("dockerfile-inline = <<EOT\nFROM a\n"), []);
	});

	it("are looked for in Bake files", () => {
		assert.ok(isBakeName("docker-bake.hcl") && isBakeName("docker-bake.override.hcl") && isBakeName("docker-bake.json"));
		assert.ok(!isBakeName("main.hcl"));
	});
});
