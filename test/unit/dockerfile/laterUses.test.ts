import assert from "node:assert/strict";
import { downloadsOf, storedNames } from "../../../server/core/dockerfile/downloads/downloads.ts";
import { laterUse } from "../../../server/core/dockerfile/downloads/laterUses.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

/** What the RUNs behind the first do with the file that it downloads first. */
function useOf(...runs: readonly string[]): string | undefined {
	const file = parseDockerfile(`FROM debian:12\n${runs.join("\n")}\n`);
	const download = file.stages[0]?.steps.flatMap(downloadsOf)[0];
	return download === undefined ? "no download" : laterUse(download.step, download.command, storedNames(download))?.kind;
}

describe("what a later RUN does with a download", () => {
	it("is known by the path of the file", () => {
		assert.equal(useOf("RUN curl -fO https://a.b/a.tgz", "RUN tar xf a.tgz"), "unpacked");
		assert.equal(useOf("RUN cd /x && curl -fO https://a.b/a.tgz", "RUN tar -C /y -xzf /x/a.tgz"), "unpacked");
		assert.equal(useOf("WORKDIR /x", "RUN curl -fO https://a.b/a.zip", "RUN cd / && unzip -qd /y x/a.zip"), "unpacked");
		assert.equal(useOf("RUN curl -fO https://a.b/a.gz", "RUN gzip -d a.gz"), "unpacked");
		assert.equal(useOf("RUN curl -fo /a.deb https://a.b/a", "RUN apt-get install -y /a.deb"), "installed");
	});

	it("is nothing with a file of that name in another folder", () => {
		assert.equal(useOf("RUN cd /x && curl -fO https://a.b/a.tgz", "RUN cd /y && tar xf a.tgz"), undefined);
		assert.equal(useOf("RUN curl -fO https://a.b/a.tgz", "WORKDIR y", "RUN tar xf a.tgz"), undefined);
	});

	it("is nothing with a package of that name", () => {
		assert.equal(useOf("RUN curl -fo /usr/local/bin/jq https://a.b/jq", "RUN apt-get install -y jq"), undefined);
		assert.equal(useOf("RUN curl -fo jq https://a.b/jq", "RUN apt-get install -y jq"), undefined);
		assert.equal(useOf("RUN curl -fo yarn https://a.b/yarn", "RUN npm install -g yarn"), undefined);
	});

	it("is nothing with what is taken out of an archive, and where that goes", () => {
		assert.equal(useOf("WORKDIR /opt", "RUN curl -fo tool https://a.b/tool", "RUN tar xf /x.tar -C /opt tool"), undefined);
		assert.equal(useOf("RUN curl -fo /opt/app https://a.b/app", "RUN unzip /x.zip -d /opt/app"), undefined);
		assert.equal(useOf("RUN curl -fo /opt/app https://a.b/app", "RUN unzip -d /opt/app /x.zip"), undefined);
	});
});
