import assert from "node:assert/strict";
import { sortPackages } from "../../../server/core/refactor/packageList.ts";
import { refactored } from "../../support/refactor.ts";

const sorted = (run: string) =>
	refactored(sortPackages, `FROM debian:12\nRUN ${run}\nCMD a\n`)?.slice("FROM debian:12\nRUN ".length, -"\nCMD a\n".length);

describe("package lists", () => {
	it("get a line for each package, in order, and what follows one of its own", () => {
		const wrapped = "apt-get update && apt-get install -y \\\n    curl \\\n    git=1:2 \\\n    zsh \\\n    && rm -rf /var/lib/apt/lists/*";
		assert.equal(sorted("apt-get update && apt-get install -y zsh «curl» git=1:2 && rm -rf /var/lib/apt/lists/*"), wrapped);
		assert.equal(sorted(wrapped.replace("curl", "«curl»")), undefined, "nothing is left to do");
	});

	it("follow the lines that are there", () => {
		assert.equal(sorted("apk add \\\n\t\tb \\\n\t\t«a» c"), "apk add \\\n\t\ta \\\n\t\tb \\\n\t\tc");
		assert.equal(sorted("a \\\n  && apk add b «a» \\\n  && c"), "a \\\n  && apk add \\\n      a \\\n      b \\\n  && c");
		assert.equal(sorted("apk add \\\n  b «a» && \\\n  c"), "apk add \\\n  a \\\n  b && \\\n  c");
		assert.equal(sorted("apk add b «a»; c"), "apk add \\\n    a \\\n    b; c");
		assert.equal(sorted("apk add b «a» --no-cache d c"), "apk add \\\n    a \\\n    b \\\n    --no-cache \\\n    c \\\n    d");
		assert.equal(
			refactored(sortPackages, "FROM alpine\r\nRUN apk add b «a»\r\n"),
			"FROM alpine\r\nRUN apk add \\\r\n    a \\\r\n    b\r\n",
		);
	});

	it("keep a comment above its package", () => {
		assert.equal(
			sorted("apk add \\\n    zsh \\\n    # for x\n\n    # and y\n    «curl» \\\n    bash"),
			"apk add \\\n    bash \\\n    # for x\n    # and y\n    curl \\\n    zsh",
		);
	});

	it("keep the groups below headings", () => {
		const groups = "apk add \\\n    # tools\n    zsh \\\n    «curl» \\\n    # libraries\n    libb \\\n    liba";
		assert.equal(sorted(groups), "apk add \\\n    # tools\n    curl \\\n    zsh \\\n    # libraries\n    liba \\\n    libb");
	});

	it("keep a comment with all the packages of the line below it", () => {
		const list = "apk add \\\n    z \\\n    # for x\n    «curl» bash \\\n    # and y\n    a";
		assert.equal(sorted(list), "apk add \\\n    z \\\n    # for x\n    bash \\\n    curl \\\n    # and y\n    a");
	});

	it("are sorted in heredocs, too", () => {
		assert.equal(sorted("<<EOF\nset -e\napk add b «a»\nc\nEOF"), "<<EOF\nset -e\napk add \\\n    a \\\n    b\nc\nEOF");
	});

	it("stay where a script in quotes, a redirection or the manager's own order is in the way", () => {
		for (const run of [
			"sh -c 'apk add b «a»'",
			'["sh", "-c", "apk add b «a»"]',
			"apk add b > /x «a»",
			"pip install b «a»",
			"apk add «a»",
			"apk del b «a»",
			"apk add $B «a»",
		])
			assert.equal(sorted(run), undefined, run);
	});
});
