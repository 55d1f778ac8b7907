import assert from "node:assert/strict";
import { pinnableAddress } from "../../../server/core/dockerfile/downloads/downloadEdits.ts";
import { type Download, downloadsOf } from "../../../server/core/dockerfile/downloads/downloads.ts";
import { downloadUse } from "../../../server/core/dockerfile/downloads/downloadUses.ts";
import { splitEdits } from "../../../server/core/dockerfile/downloads/splitEdits.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { applyEdits } from "../../../server/core/text.ts";

function downloadsIn(run: string, before = ""): readonly Download[] {
	const file = parseDockerfile(`FROM debian:12\n${before}RUN ${run}\n`);
	return downloadsOf(file.stages[0]!.steps.at(-1)!);
}

/** `address > file`, or `address |` for the standard output. */
function told(run: string, before = ""): readonly string[] {
	return downloadsIn(run, before).map(({ address, sink }) => `${address} ${sink.kind === "file" ? `> ${sink.path ?? "?"}` : "|"}`);
}

describe("what a RUN downloads, and where to", () => {
	const cases: Readonly<Record<string, readonly string[]>> = {
		"curl https://a.b/c": ["https://a.b/c |"],
		"curl -fsSLo x https://a.b/c": ["https://a.b/c > x"],
		"curl https://a.b/c --output=x": ["https://a.b/c > x"],
		"curl -o- https://a.b/c": ["https://a.b/c |"],
		"curl -fsSLO https://a.b/c?d=e": ["https://a.b/c?d=e > c"],
		"curl -LJO https://a.b/c": ["https://a.b/c > ?"],
		"curl -O https://a.b/c -O https://a.b/d": ["https://a.b/c > c", "https://a.b/d > d"],
		"curl -o c1 https://a.b/c -o d1 https://a.b/d": ["https://a.b/c > c1", "https://a.b/d > d1"],
		"curl --output-dir /opt -o x --url https://a.b/c": ["https://a.b/c > /opt/x"],
		'curl -H "Accept: x" -u a:b "https://a.b/$V.tgz" > "$V.tgz"': ["https://a.b/${V}.tgz > ${V}.tgz"],
		"sudo curl -o /x https://a.b/c": ["https://a.b/c > /x"],
		"sh -c 'curl https://a.b/c > /x'": ["https://a.b/c > /x"],
		"wget https://a.b/c.tgz": ["https://a.b/c.tgz > c.tgz"],
		"wget -qP /opt/ https://a.b/c.tgz": ["https://a.b/c.tgz > /opt/c.tgz"],
		"wget -qO- https://a.b/c": ["https://a.b/c |"],
		"wget -O - https://a.b/c > x": ["https://a.b/c > x"],
		"wget -qOx https://a.b/c": ["https://a.b/c > x"],
		"wget a.b/c/d": ["a.b/c/d > d"],
		'wget "$URL"': ["${URL} > ?"],
		"wget --content-disposition https://a.b/c": ["https://a.b/c > ?"],
		"wget https://a.b/{c,d}.tgz": ["https://a.b/{c,d}.tgz > ?"],
		"aria2c -d /opt -o x https://a.b/c": ["https://a.b/c > /opt/x"],
		"aws s3 cp s3://a/b.bin /opt/": ["s3://a/b.bin > /opt/b.bin"],
		"gsutil cp gs://a/b .": ["gs://a/b > b"],
		"gcloud storage cp gs://a/b /x": ["gs://a/b > /x"],
		"aws s3 cp /x s3://a/b": [],
		"aws s3 cp s3://a/b s3://a/c": [],
		"curl -I https://a.b; curl -d x https://a.b; curl -X PUT https://a.b; curl -T f https://a.b; wget --spider https://a.b": [],
		"curl -Gd q=1 https://a.b/c -o x": ["https://a.b/c > x"],
		"curl http://localhost:80/x -o x; curl https://127.0.0.1/x; wget http://169.254.169.254/x": [],
		"f() { curl -o x https://a.b/c; }; f": [],
		"echo curl https://a.b/c": [],
		"apt-get install curl wget": [],
	};
	for (const [run, expected] of Object.entries(cases)) it(run, () => assert.deepEqual(told(run), expected));

	it("resolves the variables that the file gives", () => {
		const [download] = downloadsIn("B=https://a.b && wget $B/$V/app-${V}.tgz", "ENV V=1.2\n");
		assert.equal(download?.resolved, "https://a.b/1.2/app-1.2.tgz");
		assert.ok(download?.sink.kind === "file");
		assert.deepEqual([download.sink.path, download.sink.aliases], ["app-${V}.tgz", ["app-1.2.tgz"]]);
		assert.equal(downloadsIn("wget https://a.b/$(uname -m)/c")[0]?.resolved, undefined);
		assert.equal(downloadsIn("wget https://a.b/$TARGETARCH/c", "ARG TARGETARCH\n")[0]?.resolved, undefined);
	});

	it("says what to know of an address before its digest is written down", () => {
		const noteOf = (run: string): string | undefined => pinnableAddress(downloadsIn(run, "ARG V=1.5.0\n")[0]!)?.note;
		const packed = "GitHub packs this archive when it is asked for; an uploaded release file is steadier.";
		assert.equal(noteOf("wget https://github.com/a/b/archive/1.5.0.tar.gz"), packed);
		assert.equal(noteOf("wget https://github.com/a/b/archive/$V.tar.gz"), `${packed} The digest fits the default of V only.`);
		assert.equal(noteOf("wget https://codeload.github.com/a/b/tar.gz/v1.5.0"), packed);
		assert.equal(noteOf("wget https://a.b/c-1.5.0.tar.gz"), undefined);
	});

	it("stores what goes down a pipe under a name that changes with the address", () => {
		const pathIn = (run: string, before?: string): string | undefined => {
			const edits = splitEdits(downloadsIn(run, before)[0]!, `sha256:${"1".repeat(64)}`);
			return /\/tmp\/\S+/.exec(edits?.[0]?.newText ?? "")?.[0];
		};
		assert.equal(pathIn("curl https://a.b/c-1.2.tgz | tar xz"), "/tmp/c-1.2.tgz");
		assert.equal(pathIn("curl https://a.b/$V/c-${V#v}.tgz | tar xz", "ENV V=v1.2\n"), "/tmp/c-${V#v}.tgz");
		assert.equal(pathIn("curl ${M}c-1.2.tgz | tar xz", "ENV M=https://a.b/\n"), "/tmp/c-1.2.tgz");
		assert.equal(pathIn("curl $URL | tar xz", "ENV URL=https://a.b/c-1.2.tgz\n"), "/tmp/download");
	});

	it("keeps the comments between a download and what it goes to", () => {
		const digest = "1".repeat(64);
		const check = `echo "${digest}  /tmp/c-1.2.tgz" | sha256sum -c -`;
		const split = (run: string): string | undefined => {
			const text = `FROM debian:12\nRUN ${run}`;
			const edits = splitEdits(downloadsIn(run)[0]!, `sha256:${digest}`);
			return edits === undefined ? undefined : applyEdits(text, edits).slice("FROM debian:12\nRUN ".length);
		};
		assert.equal(
			split("curl https://a.b/c-1.2.tgz | \\\n # c\n  tar xz \\\n && d"),
			`curl https://a.b/c-1.2.tgz -o /tmp/c-1.2.tgz && ${check} && \\\n # c\n  tar xz < /tmp/c-1.2.tgz && rm /tmp/c-1.2.tgz \\\n && d`,
		);
		assert.equal(split("<<EOF\ncurl https://a.b/c-1.2.tgz | # c\n  tar xz\nEOF"), undefined);
	});

	const uses: Readonly<Record<string, string | undefined>> = {
		"curl -o a.tgz https://a.b/a.tgz && tar xf a.tgz": "unpacked",
		"cd /tmp && curl -o a.tgz https://a.b/a.tgz && tar -C / -xf /tmp/a.tgz": "unpacked",
		"wget -P /tmp https://a.b/a.deb && cd /tmp && dpkg -i ./a.deb": "installed",
		"wget https://a.b/a-1.tgz && tar xf a-*.tgz": "unpacked",
		"wget -P /$D https://a.b/a-1.tgz && tar xf /e/a-*.tgz": "unpacked",
		"curl -o /e/a-1.tgz https://a.b/a-1.tgz && tar xf /$(d)/a-*.tgz": "unpacked",
		"wget -P /f/g https://a.b/a-1.tgz && tar xf /f/*/a-*.tgz": "unpacked",
		"wget -P /f/g https://a.b/a-1.tgz && tar xf /e/*/a-*.tgz": "kept",
		"wget https://a.b/$X-1.tgz && tar tf ${X}-1.tgz && rm ${X}-1.tgz": "used",
		"curl https://a.b/x -o x && load x; cp x y; rm x": "kept",
		"curl https://a.b/x.tgz -o x.tgz && load x.tgz && pecl install x.tgz && rm x.tgz": "installed",
		"curl https://a.b/x | tee i > /dev/null && sh i": "executed",
		"curl https://a.b/x > i; chmod +x i; ./i": "executed",
		"curl https://a.b/x -o /usr/bin/i; i --version; rm /usr/bin/i": "called",
		"curl https://a.b/x -o /usr/bin/i; i --version": "kept",
		"curl https://a.b/x | gunzip > x": "unpacked",
		"curl https://a.b/x | gunzip | grep y": undefined,
		"curl https://a.b/x | xz -d | tar x": "unpacked",
		"curl https://a.b/x | tar t": undefined,
		"curl https://a.b/x | (cat)": undefined,
		"curl https://a.b/x -o x && cat x && rm x": undefined,
		"curl https://a.b/x -o x && chmod +x x && rm x": undefined,
		"curl https://a.b/x.sig -o x.sig": undefined,
		"curl https://a.b/x -o x && sha256sum x": "kept",
		"curl https://a.b/x -o x && sha256sum x > x.sum": "kept",
		"curl https://a.b/x -o x && sha256sum x | grep -q $S": undefined,
		'curl https://a.b/x -o x && if [ "$(sha256sum x | cut -c1-64)" != "$S" ]; then exit 1; fi': undefined,
		'curl https://a.b/x -o x && echo "$S x" | sha256sum -cw --status': undefined,
		"curl https://a.b/x -o x && sha256sum -c SUMS": undefined,
		"curl https://a.b/x -o x -O https://a.b/SUMS && sha256sum --ignore-missing -c SUMS": undefined,
		"curl https://a.b/x.tgz -o x.tgz && sha256sum -c y.tgz.sha256": "kept",
		"curl https://a.b/x.tgz -o x.tgz && sha256sum -c x.tgz.sha256": undefined,
		"curl https://a.b/x -o x && openssl dgst -sha256 -verify k -signature s x": undefined,
		"curl https://a.b/x -o x && minisign -Vm x -P k": undefined,
		"curl https://a.b/x -o x && slsa-verifier verify-artifact x": undefined,
		"aria2c --checksum=sha-256=abc https://a.b/x": undefined,
		// Copied, moved with its folder, by another name of that.
		"curl -Lo /tmp/x-1.tgz https://a.b/x && cp /tmp/x-1.tgz /opt/ && tar xf /opt/x*.tgz && rm /opt/x*.tgz /tmp/x*.tgz": "unpacked",
		"curl -Lo /tmp/a/x-1.tgz https://a.b/x && mv /tmp/a /opt/a && tar xf /opt/a/x*.tgz && rm /opt/a/x*.tgz": "unpacked",
		"curl -Lo /tmp/x-1.tgz https://a.b/x && ln -s /tmp /t && tar xf /t/x*.tgz && rm /t/x*.tgz": "unpacked",
		"curl -Lo /tmp/x-1.tgz https://a.b/x && tar xf /opt/x*.tgz && rm /opt/x*.tgz": "kept",
	};
	for (const [run, expected] of Object.entries(uses)) {
		it(`${run}: ${expected ?? "nothing to say"}`, () => assert.equal(downloadUse(downloadsIn(run)[0]!)?.kind, expected));
	}
});
