import assert from "node:assert/strict";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { livesInRootHome } from "../../../server/core/dockerfile/users/rootHome.ts";

function stageOf(...lines: readonly string[]): Stage {
	return parseDockerfile(`${lines.join("\n")}\n`).stages.at(-1) as Stage;
}

describe("a container that lives in root's home", () => {
	it("works there", () => {
		assert.equal(livesInRootHome(stageOf("FROM debian", "WORKDIR /root/app", 'CMD ["./a"]')), true);
		assert.equal(livesInRootHome(stageOf("FROM debian", "WORKDIR /root")), true);
	});

	it("starts there", () => {
		assert.equal(livesInRootHome(stageOf("FROM debian", "WORKDIR /app", 'CMD ["/root/a"]')), true);
		assert.equal(livesInRootHome(stageOf("FROM debian", "WORKDIR /app", 'ENTRYPOINT ["node", "/root/a.js"]')), true);
	});

	it("has neither folder nor program there otherwise", () => {
		assert.equal(livesInRootHome(stageOf("FROM debian", "WORKDIR /root", "WORKDIR /rooted", 'CMD ["/rootless"]')), false);
	});
});
