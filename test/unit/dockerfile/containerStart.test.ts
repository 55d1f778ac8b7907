import assert from "node:assert/strict";
import { writtenFiles } from "../../../server/core/dockerfile/files/writtenFiles.ts";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { containerStart } from "../../../server/core/dockerfile/start/containerStart.ts";
import { rootStartOf } from "../../../server/core/dockerfile/users/rootStart.ts";

function lastStage(...lines: readonly string[]): Stage {
	return parseDockerfile(`${lines.join("\n")}\n`).stages.at(-1) as Stage;
}

function programs(stage: Stage): readonly (string | undefined)[] {
	return containerStart(stage).commands.map((command) => command.program);
}

describe("the start of a container", () => {
	it("puts CMD behind an ENTRYPOINT in JSON, and looks behind wrappers", () => {
		const stage = lastStage("FROM debian", 'CMD ["gosu", "app", "server", "it\'s"]', 'ENTRYPOINT ["/usr/bin/tini", "--"]');
		assert.deepEqual(programs(stage), ["tini", "gosu", "server"]);
		assert.equal(containerStart(stage).commands.at(-1)?.args[0]?.value, "it's");
	});

	// As BuildKit 0.25 writes Entrypoint and Cmd into the configuration of the image.
	it("drops the CMD of a stage below when this one sets ENTRYPOINT", () => {
		const below = ["FROM debian AS a", 'CMD ["a"]', "FROM a"];
		assert.equal(containerStart(lastStage(...below, 'ENTRYPOINT ["b"]')).command, undefined);
		assert.notEqual(containerStart(lastStage(...below, 'CMD ["c"]', 'ENTRYPOINT ["b"]')).command, undefined);
		assert.notEqual(containerStart(lastStage(...below)).command, undefined);
	});

	it("ignores CMD below an ENTRYPOINT that is a text", () => {
		assert.deepEqual(programs(lastStage("FROM debian", "ENTRYPOINT exec server", 'CMD ["other"]')), ["exec", "server"]);
	});

	it("reads the scripts that the file writes", () => {
		const stage = lastStage("FROM debian", "COPY <<EOF /bin/start", "#!/bin/sh", 'exec su-exec app "$@"', "EOF", 'ENTRYPOINT ["start"]');
		assert.deepEqual(
			containerStart(stage).scripted.map((command) => command.program),
			["exec", "su-exec", undefined],
		);
		assert.equal(containerStart(stage).hiddenScript, undefined);
		assert.deepEqual(rootStartOf(stage), { kind: "handsOver" });
	});

	it("says when it does not know a script", () => {
		assert.equal(containerStart(lastStage("FROM debian", 'ENTRYPOINT ["tini", "/entrypoint.sh"]')).hiddenScript, "/entrypoint.sh");
		assert.equal(containerStart(lastStage("FROM debian", "CMD bash ./run.sh")).hiddenScript, "./run.sh");
		assert.equal(containerStart(lastStage("FROM debian", "CMD bash -c server")).hiddenScript, undefined);
	});

	it("sees why a container starts as root", () => {
		const of = (...lines: readonly string[]) => rootStartOf(lastStage("FROM debian", ...lines))?.kind;
		assert.equal(of('CMD ["setpriv", "--reuid=app", "a"]'), "handsOver");
		assert.equal(of('CMD ["chroot", "--userspec", "app", "/", "a"]'), "handsOver");
		assert.equal(of('CMD ["chroot", "/x", "a"]'), undefined);
		assert.equal(of("CMD /usr/sbin/sshd -D"), "needsRoot");
		assert.equal(of("RUN apt-get install -y gosu", 'ENTRYPOINT ["/entrypoint.sh"]'), "handsOver");
		assert.equal(of("RUN apt-get install -y gosu", 'ENTRYPOINT ["server"]'), undefined);
		assert.equal(of('ENTRYPOINT ["/entrypoint.sh"]'), undefined);
		assert.equal(rootStartOf(lastStage("FROM postgres:16"))?.kind, "handsOver");
		assert.equal(rootStartOf(lastStage("FROM lscr.io/linuxserver/plex", 'CMD ["a"]'))?.kind, "handsOver");
		assert.equal(rootStartOf(lastStage("FROM lscr.io/linuxserver/plex", 'ENTRYPOINT ["a"]')), undefined);
	});
});

describe("files that a Dockerfile writes", () => {
	it("come from heredocs, redirections, tee, echo and printf", () => {
		const stage = lastStage(
			"FROM debian",
			"WORKDIR /app",
			"COPY <<EOF a.sh",
			"one",
			"EOF",
			'COPY <<"B" <<C /d/',
			"two",
			"B",
			"three",
			"C",
			"RUN cat <<EOF > /x1",
			"four",
			"EOF",
			"RUN <<EOF",
			"cat > /x2 <<'IN'",
			"five",
			"IN",
			'echo "six\\nseven" >> x3',
			"EOF",
			"RUN printf '%s' eight > /x4 && echo nine >&2 && run > /x5",
		);
		assert.deepEqual(
			writtenFiles(stage)
				.map(({ path, text }) => [path, text.text.trim()])
				.reverse(),
			[
				["/app/a.sh", "one"],
				["/d/B", "two"],
				["/d/C", "three"],
				["/x1", "four"],
				["/x2", "five"],
				["/app/x3", "six\nseven"],
				["/x4", "%s\neight"],
			],
		);
	});
});
