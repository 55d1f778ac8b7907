import assert from "node:assert/strict";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { rootStartOf } from "../../../server/core/dockerfile/users/rootStart.ts";
import { mayRunAsAnother, runAsBase } from "../../../server/core/dockerfile/users/runAs.ts";

function lastStage(...lines: readonly string[]): Stage {
	return parseDockerfile(`${lines.join("\n")}\n`).stages.at(-1) as Stage;
}

function mayRun(...lines: readonly string[]): boolean {
	return mayRunAsAnother(lastStage(...lines));
}

describe("who may run as another user", () => {
	it("not php-fpm as distributions pack it, by any of its names", () => {
		assert.equal(mayRun("FROM oraclelinux:8", "RUN dnf -y install php-fpm", 'CMD ["/sbin/php-fpm", "-F", "-O"]'), false);
		assert.equal(mayRun("FROM debian:12", "RUN apt-get install -y php8.2-fpm", 'CMD ["php-fpm8.2", "-F"]'), false);
		assert.equal(mayRun("FROM alpine:3.22", "RUN apk add php83-fpm", 'CMD ["php-fpm83", "-F"]'), false);
		assert.equal(mayRun("FROM rockylinux:9", "RUN dnf install -y php", 'CMD ["php-fpm", "-F"]'), false);
		assert.equal(mayRun("FROM php:8.5-fpm", "RUN apt-get install -y php-common phpunit", 'CMD ["php-fpm"]'), true);
		assert.equal(mayRun("FROM debian:12", "RUN ./configure && make install", 'CMD ["php-fpm"]'), true);
	});

	it("nobody who looks for settings that a RUN left in root's home", () => {
		const withSettings = (run: string): boolean => mayRun("FROM alpine:3.22", `RUN ${run}`, 'ENTRYPOINT ["aws"]');
		for (const run of [
			"mkdir -p /root/.aws && echo '[default]' > /root/.aws/config",
			"echo a > ~/.aws/config",
			"echo a >> $HOME/.aws/config",
			"echo a | tee ~/.aws/config",
			"cp x /root/.aws/config",
			"ln -s /etc/aws /root/.aws",
			"curl -o /root/.kube/config https://example.com/config",
			"git clone https://example.com/a.git /root/.tool",
			"rm -f ~/.netrc\nRUN echo a > ~/.netrc",
			"echo a > ~/.netrc\nRUN rm -rf ~/.aws",
		])
			assert.equal(withSettings(run), false, run);
		for (const run of [
			"echo a > /root/.cache/a",
			"echo a > ~/.netrc && rm ~/.netrc",
			"echo a > ~/.netrc && make\nRUN rm -rf ~/.netrc",
			"echo a > ~/.aws/config\nRUN rm -rf /root/.aws /tmp/*",
			"trap 'rm /root/.netrc' EXIT; echo a > ~/.netrc",
			"cp /root/.aws/config /etc/aws",
			"echo 'alias a=b' >> ~/.bashrc",
			"mkdir -p /root/.aws",
		])
			assert.equal(withSettings(run), true, run);
		assert.equal(mayRun("FROM alpine:3.22", "RUN echo a >> ~/.bashrc", 'CMD ["bash"]'), false);
	});

	it("not what changes the system at the start", () => {
		for (const [call, program] of [
			["iptables -F && exec app", "iptables"],
			["ip link add a type dummy; app", "ip"],
			["mount -t tmpfs a /a && app", "mount"],
			["sysctl -w a=1 && app", "sysctl"],
			["apt-get update && apt-get install -y a && app", "apt-get"],
		] as const) {
			const stage = lastStage("FROM debian:12", `CMD ${call}`);
			assert.deepEqual(rootStartOf(stage), { kind: "needsRoot", program }, call);
			assert.equal(mayRunAsAnother(stage), false, call);
		}
		for (const call of ["chown -R app /data && app", "if [ -d /a ]; then umount /a; fi; app", "modprobe a || true; app"]) {
			const stage = lastStage("FROM debian:12", `CMD ${call}`);
			assert.equal(rootStartOf(stage), undefined, call);
			assert.equal(mayRunAsAnother(stage), false, call);
		}
		for (const call of ["ip addr && app", "mount && app", "sysctl -a && app", "iptables --version"])
			assert.equal(mayRun("FROM debian:12", `CMD ${call}`), true, call);
	});

	it("Docker's engine where a volume keeps its data, for sure if no other program starts", () => {
		const withData = (...lines: readonly string[]): Stage => lastStage("FROM debian:12", "VOLUME /var/lib/docker", ...lines);
		const engine = { kind: "needsRoot", program: "dockerd" };
		for (const start of ['ENTRYPOINT ["wrapper.sh"]', 'CMD ["bash"]', 'CMD ["supervisord", "-n"]', 'CMD ["sleep", "infinity"]'])
			assert.deepEqual(rootStartOf(withData(start)), engine, start);
		assert.equal(rootStartOf(withData('CMD ["node", "a.js"]')), undefined);
		assert.equal(mayRunAsAnother(withData('CMD ["node", "a.js"]')), false);
	});

	it("not what a script may be handed the name of: information where the image has it for sure", () => {
		const handed = (word: string, ...lines: readonly string[]): Stage =>
			lastStage("FROM debian:12", ...lines, 'ENTRYPOINT ["/entrypoint.sh"]', `CMD ["${word}"]`);
		for (const word of ["cron", "init", "nginx", "openvpn"]) {
			assert.equal(rootStartOf(handed(word)), undefined, word);
			assert.equal(mayRunAsAnother(handed(word)), false, word);
			assert.equal(mayRunAsAnother(handed(word, "COPY --from=nginx / /")), false, word);
		}
		assert.deepEqual(rootStartOf(handed("cron", "RUN apt-get install -y cron")), { kind: "needsRoot", program: "cron" });
		assert.equal(mayRunAsAnother(handed("serve")), true);
	});

	it("a shell of Java with a home", () => {
		assert.match(runAsBase(lastStage("FROM eclipse-temurin:21", 'CMD ["jshell"]'))?.creation ?? "", /--create-home/);
	});
});
